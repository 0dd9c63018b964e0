// Says that the Chinese pages are up to date: `pnpm --filter @tokenward/docs translated`. With --diff, shows what has changed in English
// since each of those that are not.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '@tokenward/scripts/test-bed/run-command'
import { findFault, listTranslations, markOf } from './translation.ts'

const git = (...args: string[]): string => spawnSync('git', args, { cwd: root, encoding: 'utf8' }).stdout

for (const translation of listTranslations()) {
  const { english, chinese } = translation
  const fault = findFault(translation)
  if (fault === undefined) continue
  if (process.argv.includes('--diff')) {
    const since = git('log', '-1', '--format=%H', '--', chinese).trim()
    console.log(`${chinese} ${fault}`)
    if (since) console.log(git('diff', since, '--', english))
  } else if (existsSync(join(root, chinese))) {
    const text = readFileSync(join(root, chinese), 'utf8').replace(/\n+<!-- translated from \w+ -->\n$/, '\n')
    const mark = markOf(readFileSync(join(root, english), 'utf8'))
    writeFileSync(join(root, chinese), `${text.trimEnd()}\n\n${mark}\n`)
    const left = findFault(translation)
    console.log(`${chinese}: ${left ?? 'marked as up to date'}`)
    if (left) process.exitCode = 1
  } else {
    console.log(`${chinese} ${fault}`)
    process.exitCode = 1
  }
}
