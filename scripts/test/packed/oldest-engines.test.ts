// The built files of pages, as they are packed: what the oldest engines of auth-web's README cannot read or do not have is in none of them.
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from '../../test-bed/run-command.ts'
import { createProject } from './project.ts'

const esCheck = join(root, 'scripts/node_modules/.bin/es-check')
// Chrome 91, Firefox 90 and Safari 14.1 have all of ES2021, and of ES2022 the private fields of classes.
const ahead = 'PrivateClassFields'

const project = createProject()

async function check(files: string, ...flags: string[]): Promise<string> {
  return project.run(esCheck, ['es2021', files, '--checkFeatures', '--ignore', ahead, ...flags])
}

test.each([
  ['auth-web', '*.js', ['--module']],
  ['auth-web', '*.cjs', []],
  ['auth-web', '*.global.js', []],
  ['auth-core', '*.js', ['--module']],
  ['auth-core', '*.cjs', []],
] as const)('%s: dist/%s needs nothing newer than ES2021', async (name, files, flags) => {
  const printed = await check(`node_modules/@tokenward/${name}/dist/${files}`, ...flags)
  expect(printed).toContain('ES-Check passed!')
})

test.each([
  ['a static block', 'class A { static { A.made = true } }'],
  ['Object.hasOwn', 'Object.hasOwn({}, "a")'],
  ['Array.prototype.at', '[1].at(-1)'],
])('the check finds %s', async (_, code) => {
  project.write({ 'newer.js': code })
  expect(await check('newer.js')).toContain('ES-Check Error')
})
