// One vitest set-up for every package: `test/*.test.ts` runs in Node, `test/*.browser.test.ts` in real browsers,
// `test/*.redis.test.ts` beside a real redis-server and a real valkey-server, `test/*.promtool.test.ts` with the linter of Prometheus,
// `test/*.consumer.test.ts` with the tools of scripts/consumers.
import { existsSync, globSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { defineConfig, type TestProjectConfiguration } from 'vitest/config'
import { countReporter } from './count-reporter.ts'
import { compileCache } from './run-command.ts'
import sourceConditions, { sourceCondition } from './source-conditions.ts'
import { gaps, isEquipped, reportSystemTools } from './system-tools.ts'

const browserTests = 'test/**/*.browser.test.ts'
const redisTests = 'test/**/*.redis.test.ts'
const elsewhere = [
  browserTests,
  ...(isEquipped('redis') ? [] : [redisTests]),
  ...(isEquipped('promtool') ? [] : ['test/**/*.promtool.test.ts']),
  ...(isEquipped('consumers') ? [] : ['test/**/*.consumer.test.ts']),
]
// Once: scripts/check.ts has reported it already, and vitest reads this file for each project.
if (process.env['TOKENWARD_TEST_GAPS'] !== gaps) reportSystemTools()
process.env['TOKENWARD_TEST_GAPS'] = gaps

const projects: TestProjectConfiguration[] = [
  { extends: true, test: { name: 'node', include: ['test/**/*.test.ts'], exclude: elsewhere } },
]
if (isEquipped('valkey') && globSync(redisTests).length > 0) {
  const env = { TOKENWARD_TEST_REDIS: 'valkey' }
  projects.push({ extends: true, test: { name: 'valkey', include: [redisTests], env } })
}
// `--project node` alone: the libraries that drive browsers take a second to load.
const asked = process.argv.flatMap((word, index, words) => (words[index - 1] === '--project' ? [word] : []))
const isWithoutBrowsers = asked.length > 0 && asked.every((name) => name === 'node' || name === 'valkey')
if (!isWithoutBrowsers && globSync(browserTests).length > 0) {
  // Imported here, because the libraries that drive browsers take long to load.
  const { installedEngines } = await import('../browsers/browsers.ts')
  const { createVitestProvider } = await import('../browsers/vitest-browser-provider.ts')
  for (const [index, browser] of installedEngines.entries()) {
    projects.push({
      extends: true,
      test: {
        name: browser,
        include: [browserTests],
        // One engine after the other, once the tests in Node have ended: side by side they make slow machines time out.
        maxWorkers: 1,
        sequence: { groupOrder: index + 1 },
        browser: {
          enabled: true,
          headless: true,
          screenshotFailures: false,
          instances: [{ browser, name: browser }],
          provider: await createVitestProvider(browser),
        },
      },
    })
  }
}

export default defineConfig({
  root: process.cwd(),
  ...sourceConditions,
  test: {
    projects,
    reporters: ['default', countReporter],
    globalSetup: existsSync('test/global-setup.ts') ? ['test/global-setup.ts'] : [],
    maxWorkers: availableParallelism(),
    testTimeout: 20_000,
    hookTimeout: 20_000,
    // For the programs that tests start.
    env: { NODE_OPTIONS: `--conditions=${sourceCondition}`, NODE_COMPILE_CACHE: compileCache },
  },
})
