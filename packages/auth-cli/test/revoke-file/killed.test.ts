import { once } from 'node:events'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { type AuthMock, startAuthMock } from '@tokenward/auth-mock'
import { eventually } from '@tokenward/test-kit/eventually'
import { expect, test } from 'vitest'
import { countRevocations, type RevocationCount } from '../count-revocations.ts'
import { createFolder, startCli, type CliResult } from '../run-cli.ts'

const tokenCount = 2_000
const concurrency = 16
const kills = 2

async function prepare(mock: AuthMock, file: string): Promise<void> {
  const tokens = Array.from({ length: tokenCount }, () => mock.issueToken({ signed: false }))
  writeFileSync(file, tokens.join('\n'))
}

/** Starts or resumes a run, and sends the signal once so many revocations have arrived. */
async function run(
  mock: AuthMock,
  file: string,
  end?: { readonly count: RevocationCount; readonly at: number; readonly signal: NodeJS.Signals },
): Promise<CliResult> {
  const args = ['revoke', '--json', '--file', file, '--resume', '--confirm', `--concurrency=${concurrency}`]
  const { child, result } = startCli(args, { env: { TOKENWARD_BASE_URL: mock.url } })
  if (end) {
    await end.count.reached(end.at)
    child.kill(end.signal)
  }
  return result
}

test('revoke --resume: killed twice, no token is forgotten and only those in flight are revoked again', async () => {
  await using mock = await startAuthMock()
  using count = countRevocations()
  using folder = createFolder()
  const file = folder.path('tokens.txt')
  await prepare(mock, file)
  await run(mock, file, { count, at: 400, signal: 'SIGKILL' })
  await run(mock, file, { count, at: 1_200, signal: 'SIGKILL' })
  const { code, stdout } = await run(mock, file)
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({ revoked: tokenCount, stopped: null })
  expect(mock.tokens().filter(({ state }) => state !== 'revoked')).toEqual([])
  const times = count.times()
  expect(times).toHaveLength(tokenCount)
  expect(times.filter((each) => each > 1).length).toBeLessThanOrEqual(kills * concurrency)
  expect(Math.max(...times)).toBeLessThanOrEqual(kills + 1)
  // The report covers the lines of all three runs.
  const rows = readFileSync(`${file}.report.csv`, 'utf8').trim().split('\n').slice(1)
  expect(new Set(rows.map((row) => row.split(',', 1)[0])).size).toBe(tokenCount)
})

test('revoke: Ctrl-C finishes what is in flight, so that nothing is revoked twice after --resume', async () => {
  await using mock = await startAuthMock()
  using count = countRevocations()
  using folder = createFolder()
  const file = folder.path('tokens.txt')
  await prepare(mock, file)
  const first = await run(mock, file, { count, at: 400, signal: 'SIGINT' })
  expect(first.code).toBe(130)
  expect(JSON.parse(first.stdout)).toMatchObject({ stopped: 'interrupt', failed: 0, unconfirmed: 0 })
  const second = await run(mock, file)
  expect(second.code).toBe(0)
  expect(JSON.parse(second.stdout)).toMatchObject({ revoked: tokenCount })
  expect(count.times()).toEqual(Array.from({ length: tokenCount }, () => 1))
})

test('revoke: Ctrl-C twice leaves at once, and leaves nothing locked', async () => {
  await using mock = await startAuthMock()
  using count = countRevocations()
  using folder = createFolder()
  mock.fail({ delayMs: 3_600_000 })
  const cwd = folder.path('.')
  const { child, result } = startCli(['revoke', '--base-url', mock.url, '--file', '-'], { cwd })
  child.stdin.write(`${mock.issueToken()}\n`)
  await count.reached(1)
  child.kill('SIGINT')
  await once(child.stderr, 'data')
  await eventually(() => {
    child.kill('SIGINT')
    expect(child.exitCode).not.toBeNull()
  })
  expect(await result).toMatchObject({ code: 130 })
  expect(readdirSync(cwd)).toEqual(['revoke-stdin.journal', 'revoke-stdin.report.csv'])
})

test('revoke: one Ctrl-C that arrives twice, as through npx, finishes what is in flight', async () => {
  await using mock = await startAuthMock()
  using count = countRevocations()
  using folder = createFolder()
  const release = mock.fail({ delayMs: 3_600_000 })
  const args = ['revoke', '--json', '--base-url', mock.url, '--file', '-']
  const { child, result } = startCli(args, { cwd: folder.path('.') })
  child.stdin.write(`${mock.issueToken()}\n`)
  await count.reached(1)
  // Two signals of one kind would become one on their way.
  child.kill('SIGINT')
  child.kill('SIGTERM')
  await once(child.stderr, 'data')
  release()
  const { code, stdout } = await result
  expect(code).toBe(130)
  expect(JSON.parse(stdout)).toMatchObject({ stopped: 'interrupt' })
})

test('revoke --file -: Ctrl-C ends a run that waits for more input', async () => {
  await using mock = await startAuthMock()
  using count = countRevocations()
  using folder = createFolder()
  const args = ['revoke', '--json', '--base-url', mock.url, '--file', '-']
  const { child, result } = startCli(args, { cwd: folder.path('.') })
  child.stdin.write(`${mock.issueToken()}\n`)
  await count.reached(1)
  child.kill('SIGINT')
  const { code, stdout } = await result
  expect(code).toBe(130)
  expect(JSON.parse(stdout)).toMatchObject({ revoked: 1, stopped: 'interrupt' })
})

test.each(['SIGHUP', 'SIGTERM'] as const)(
  'revoke --file: %s ends a run as Ctrl-C does, with its report written and nothing locked',
  async (signal) => {
    await using mock = await startAuthMock()
    using count = countRevocations()
    using folder = createFolder()
    const file = folder.path('tokens.txt')
    await prepare(mock, file)
    const first = await run(mock, file, { count, at: 400, signal })
    expect(first.code).toBe(130)
    const { revoked } = JSON.parse(first.stdout) as { revoked: number }
    const rows = readFileSync(`${file}.report.csv`, 'utf8').trim().split('\n')
    expect(rows).toHaveLength(revoked + 1)
    expect(readdirSync(folder.path('.')).filter((name) => name.endsWith('.lock'))).toEqual([])
  },
)
