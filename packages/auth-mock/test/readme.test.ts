import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))

test('README: the first example prints what its comments say', async () => {
  const source = /```ts\n([^]*?)```/.exec(readFileSync(join(root, 'README.md'), 'utf8'))?.[1] ?? ''
  // Within the package, where its own name leads to what is published.
  const folder = mkdtempSync(join(root, '.readme-example-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'example.ts'), source)
  const { stdout } = await promisify(execFile)(process.execPath, [join(folder, 'example.ts')])
  const promised = [...source.matchAll(/\) \/\/ (.+)/g)].map(([, comment]) => comment)
  expect(promised).toHaveLength(3)
  expect(stdout.replaceAll(/\s+/g, ' ').trim()).toBe(promised.join(' '))
})
