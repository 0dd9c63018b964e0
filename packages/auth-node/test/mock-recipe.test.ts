import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const readme = readFileSync(join(root, '../auth-mock/README.md'), 'utf8')
const blocks = Array.from(readme.matchAll(/```js\n([^]*?)```/g), ([, source = '']) => source)
const recipe = blocks.find((source) => source.includes("'@tokenward/auth-node/express'")) ?? ''

/** Runs the recipe in vitest, as a user would, and resolves to its report. */
async function runRecipe(source: string): Promise<string> {
  // Within the package, where the names that it imports lead to what is published.
  const folder = mkdtempSync(join(root, '.recipe-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'recipe.test.js'), source)
  writeFileSync(
    join(folder, 'vitest.config.ts'),
    "export { default } from '@tokenward/scripts/test-bed/source-conditions'",
  )
  const vitest = fileURLToPath(new URL('../vitest.mjs', import.meta.resolve('vitest')))
  const report = join(folder, 'report.json')
  const args = [vitest, 'run', '--root', folder, '--reporter', 'json', '--outputFile', report]
  await promisify(execFile)(process.execPath, args).catch(() => undefined)
  return readFileSync(report, 'utf8')
}

// Each starts a Vitest of its own, which takes half a minute on a busy machine.
const timeout = 60_000

test(
  "auth-mock's README: a protected Express route is tested in ten lines, and the test passes",
  { timeout },
  async () => {
    expect(recipe.slice(recipe.indexOf('test(')).trim().split('\n').length).toBeLessThanOrEqual(10)
    expect(JSON.parse(await runRecipe(recipe))).toMatchObject({ numPassedTests: 1, numTotalTests: 1 })
  },
)

test("auth-mock's README: the recipe's test fails when the guard is left out", { timeout }, async () => {
  const unguarded = recipe.replace('requireToken(verifier), ', '')
  expect(unguarded).not.toBe(recipe)
  expect(JSON.parse(await runRecipe(unguarded))).toMatchObject({ numFailedTests: 1, numTotalTests: 1 })
})
