// All that CI checks, in one command: drift, lint, types, builds and every test. Ends with the count of it all.
import { globSync, readFileSync, rmSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { type Count, countLine, type RunResult } from './test-bed/count-reporter.ts'
import { gaps, reportSystemTools } from './test-bed/system-tools.ts'
import { root, runCommand } from './test-bed/run-command.ts'

const total: Count = { passed: 0, failed: 0, skipped: 0 }

async function check(name: string, command: string, args: readonly string[]): Promise<boolean> {
  const startedAt = Date.now()
  const succeeded = await runCommand(command, args, { quiet: true })
  total[succeeded ? 'passed' : 'failed'] += 1
  console.log(
    `${succeeded ? 'ok    ' : 'FAILED'} ${name} (${((Date.now() - startedAt) / 1_000).toFixed(1)} s)`,
  )
  return succeeded
}

const turbo = (task: string, ...options: string[]): string[] => [
  'run',
  task,
  '--output-logs=errors-only',
  '--log-prefix=none',
  ...options,
]

reportSystemTools()
process.env['TOKENWARD_TEST_GAPS'] = gaps

// First, and never from a cache: a build would mend a stale file before this check saw it.
await check('generated files are up to date', 'node', ['scripts/generate/generate.ts', '--check'])
await check('the spec is clean', 'redocly', ['lint', '--config', 'spec/redocly.yaml'])
await check('the code is formatted', 'oxfmt', ['--check'])
const built = await check('every package builds', 'turbo', turbo('build'))
await check('the changesets say what the spec deserves', 'node', [
  'scripts/spec-diff/spec-changeset.ts',
  '--check',
])
await check('the public types are those of the reports, and their changes have changesets', 'node', [
  'scripts/release/api-report.ts',
  '--check',
])
// After the builds, whose types it reads.
await check('the code is clean', 'oxlint', ['--type-aware', '--deny-warnings'])
await check('every type holds', 'turbo', turbo('typecheck'))
await check('every bundle keeps to its budget', 'turbo', turbo('size'))

const testedFolders = globSync('{packages/*,scripts}/test', { cwd: root }).map((folder) => dirname(folder))
for (const folder of testedFolders) rmSync(`${root}${folder}/.results`, { recursive: true, force: true })
// One package after the other, because each uses all cores: browsers and servers side by side make slow machines time out.
if (built && !(await runCommand('turbo', turbo('test', '--concurrency=1', '--continue')))) total.failed += 1
for (const folder of testedFolders.toSorted()) {
  try {
    const { count, failures } = JSON.parse(
      readFileSync(`${root}${folder}/.results/result.json`, 'utf8'),
    ) as RunResult
    console.log(`${count.failed ? 'FAILED' : 'ok    '} ${basename(folder)}: ${countLine(count)}`)
    for (const failure of failures) console.log(`  ${failure}`)
    for (const state of ['passed', 'failed', 'skipped'] as const) total[state] += count[state]
  } catch {
    console.log(`FAILED ${basename(folder)}: no test ran`)
    total.failed += 1
  }
}
await check('the READMEs show which tests passed on which platform', 'node', [
  'packages/auth-web/test/realms/table.ts',
])

reportSystemTools()
console.log(`\n${countLine(total)}`)
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0
