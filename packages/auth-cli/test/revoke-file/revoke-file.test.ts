import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { type AuthMock, startAuthMock } from '@tokenward/auth-mock'
import { expect, test } from 'vitest'
import { createFolder, runCli, runLimited, type CliResult } from '../run-cli.ts'

const issue = (mock: AuthMock, count: number): string[] =>
  Array.from({ length: count }, () => mock.issueToken({ signed: false }))

async function revokeFile(mock: AuthMock, file: string, ...args: string[]): Promise<CliResult> {
  return runCli(['revoke', '--json', '--base-url', mock.url, '--file', file, ...args])
}

const alive = (mock: AuthMock): number => mock.tokens().filter(({ state }) => state === 'active').length

test('revoke --file: every token dies, and the summary says so', async () => {
  await using mock = await startAuthMock()
  using folder = createFolder()
  const file = folder.path('tokens.txt')
  writeFileSync(file, issue(mock, 50).join('\n'))
  const { code, stdout } = await revokeFile(mock, file, '--confirm')
  expect(JSON.parse(stdout)).toEqual({
    revoked: 50,
    already_inactive: 0,
    unconfirmed: 0,
    failed: 0,
    malformed: 0,
    duplicate: 0,
    confirmed: true,
    stopped: null,
    journal: `${file}.journal`,
    report: `${file}.report.csv`,
  })
  expect(code).toBe(0)
  expect(alive(mock)).toBe(0)
})

test('revoke --file: reports each line by its number, and asks for each token once', async () => {
  await using mock = await startAuthMock()
  using folder = createFolder()
  const file = folder.path('tokens.txt')
  const [first = '', second = ''] = issue(mock, 2)
  const lines = [`\u{feff}# leaked`, first, '', 'two words', ` ${second}\r`, first, 'x'.repeat(40_000), '']
  writeFileSync(file, lines.join('\n'))
  const { code } = await revokeFile(mock, file)
  const rows = readFileSync(`${file}.report.csv`, 'utf8').trim().split('\n')
  expect([...rows].sort()).toEqual([
    '2,revoked,',
    '4,malformed,',
    '5,revoked,',
    '6,duplicate,',
    '7,malformed,',
    'line,outcome,detail',
  ])
  expect(mock.requests()).toHaveLength(2)
  // What stood on the malformed lines may be alive in another spelling.
  expect(code).toBe(1)
})

test('revoke --file: prints a summary for people, without colours where there is no terminal', async () => {
  await using mock = await startAuthMock()
  using folder = createFolder()
  const file = folder.path('tokens.txt')
  writeFileSync(file, [...issue(mock, 2), 'two words'].join('\n'))
  const { stdout } = await runCli(['revoke', '--base-url', mock.url, '--file', file])
  expect(stdout).toBe(
    `2 revoked\n0 already inactive\n1 malformed: no token on that line\n` +
      `report by line: ${file}.report.csv\njournal: ${file}.journal\n`,
  )
})

test('revoke --file: reads gzip by its first bytes, whatever the name', async () => {
  await using mock = await startAuthMock()
  using folder = createFolder()
  const file = folder.path('tokens')
  writeFileSync(file, gzipSync(issue(mock, 20).join('\n')))
  expect(await revokeFile(mock, file)).toMatchObject({ code: 0 })
  expect(alive(mock)).toBe(0)
})

test('revoke --file: a gzip that is cut off revokes what is there and exits with 1', async () => {
  await using mock = await startAuthMock()
  using folder = createFolder()
  const file = folder.path('tokens.gz')
  const bytes = gzipSync(issue(mock, 200).join('\n'))
  writeFileSync(file, bytes.subarray(0, bytes.length / 2))
  const { code, stdout } = await revokeFile(mock, file)
  expect(code).toBe(1)
  expect(JSON.parse(stdout)).toMatchObject({
    stopped: 'error',
    error: { message: expect.stringContaining('damaged gzip (Z_BUF_ERROR)') },
  })
  expect(alive(mock)).toBeGreaterThan(0)
})

test('revoke --file: a gzip with something behind it is told to be unread, not to be done', async () => {
  await using mock = await startAuthMock()
  using folder = createFolder()
  const file = folder.path('tokens.gz')
  const [packed = '', plain = ''] = issue(mock, 2)
  writeFileSync(file, Buffer.concat([gzipSync(packed), Buffer.from(plain)]))
  const { code, stdout } = await revokeFile(mock, file)
  expect(code).toBe(1)
  const { stopped, error } = JSON.parse(stdout) as { stopped: string; error: { message: string } }
  expect(stopped).toBe('error')
  expect(error.message).toMatch(/damaged gzip \(Z_DATA_ERROR\): .*unread; unpack it.*--resume/)
})

test.each(['utf16le', 'utf16be'])(
  'revoke --file: %s is refused before anything is sent',
  async (encoding) => {
    await using mock = await startAuthMock()
    using folder = createFolder()
    const file = folder.path('tokens.txt')
    const bytes = Buffer.from(`\u{feff}${issue(mock, 2).join('\r\n')}`, 'utf16le')
    writeFileSync(file, encoding === 'utf16be' ? bytes.swap16() : bytes)
    const { code, stdout } = await revokeFile(mock, file)
    expect(code).toBe(2)
    expect(stdout).toContain('UTF-16')
  },
)

test('revoke --file: a run that could not begin needs no --resume afterwards', async () => {
  await using mock = await startAuthMock()
  using folder = createFolder()
  const file = folder.path('tokens.txt')
  writeFileSync(file, issue(mock, 3).join('\n'))
  const report = folder.path('no/such/report.csv')
  const first = await revokeFile(mock, file, '--report', report)
  expect(first.code).toBe(2)
  expect(first.stdout).toContain(`the report ${report} cannot be written (ENOENT)`)
  expect(await revokeFile(mock, file)).toMatchObject({ code: 0 })
})

test('revoke --file: a report that is cut short by a full disk is an error', async () => {
  using folder = createFolder()
  const file = folder.path('tokens.txt')
  writeFileSync(file, 'no token\n'.repeat(200))
  const args = ['revoke', '--json', '--base-url', 'http://127.0.0.1:1', '--file', file]
  const { stdout } = await runLimited(1, args)
  expect(JSON.parse(stdout)).toMatchObject({ stopped: 'error', error: { message: expect.any(String) } })
})

test('revoke --file -: reads stdin, plain or gzip, and writes its files into the current folder', async () => {
  await using mock = await startAuthMock()
  using folder = createFolder()
  const input = gzipSync(issue(mock, 20).join('\n'))
  const args = ['revoke', '--json', '--base-url', mock.url, '--file', '-']
  const { code, stdout } = await runCli(args, { input, cwd: folder.path('.') })
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({ revoked: 20, journal: 'revoke-stdin.journal' })
  expect(statSync(folder.path('revoke-stdin.report.csv')).isFile()).toBe(true)
})

test('revoke --file: a token that stays alive is unconfirmed, and the exit code is 1', async () => {
  await using mock = await startAuthMock()
  using folder = createFolder()
  const file = folder.path('tokens.txt')
  writeFileSync(file, issue(mock, 3).join('\n'))
  const stop = mock.fail({ operation: 'revokeToken', revocation: 'ignored' })
  const first = await revokeFile(mock, file, '--confirm', '--timeout', '300')
  expect(first.code).toBe(1)
  expect(JSON.parse(first.stdout)).toMatchObject({ revoked: 0, unconfirmed: 3 })
  expect(readFileSync(`${file}.report.csv`, 'utf8')).toContain('unconfirmed,still_active')
  stop()
  const second = await revokeFile(mock, file, '--confirm', '--resume')
  expect(second.code).toBe(0)
  expect(JSON.parse(second.stdout)).toMatchObject({ revoked: 3, unconfirmed: 0 })
})

test('revoke --file: stops when the service fails too often in a row, and resumes with what is left', async () => {
  await using mock = await startAuthMock()
  using folder = createFolder()
  const file = folder.path('tokens.txt')
  writeFileSync(file, issue(mock, 100).join('\n'))
  const stop = mock.fail({ status: 500 })
  const args = ['--concurrency', '4', '--max-failures', '8', '--retries', '0']
  const first = await revokeFile(mock, file, ...args)
  expect(first.code).toBe(1)
  const { stopped, failed } = JSON.parse(first.stdout) as { stopped: string; failed: number }
  expect(stopped).toBe('failures')
  expect(failed).toBeLessThanOrEqual(8 + 4)
  stop()
  expect(await revokeFile(mock, file, '--resume')).toMatchObject({ code: 0 })
  expect(alive(mock)).toBe(0)
})

test('revoke --file: retries what an outage refused', async () => {
  await using mock = await startAuthMock()
  using folder = createFolder()
  const file = folder.path('tokens.txt')
  writeFileSync(file, issue(mock, 10).join('\n'))
  mock.fail({ status: 503, times: 2 })
  expect(await revokeFile(mock, file, '--concurrency', '1')).toMatchObject({ code: 0 })
  expect(mock.requests()).toHaveLength(12)
})

test('revoke --file: writes and prints hashes and outcomes, and nothing of a token', async () => {
  await using mock = await startAuthMock()
  using folder = createFolder()
  const file = folder.path('tokens.txt')
  const tokens = issue(mock, 20)
  writeFileSync(file, tokens.join('\n'))
  mock.fail({ status: 500, times: 5 })
  const { stdout, stderr } = await revokeFile(mock, file)
  const journal = readFileSync(`${file}.journal`, 'utf8')
  const written = stdout + stderr + journal + readFileSync(`${file}.report.csv`, 'utf8')
  for (const part of tokens.flatMap((token) => token.split('.'))) expect(written).not.toContain(part)
  const [header, ...rows] = journal.trim().split('\n')
  expect(header).toMatch(/^tokenward-journal 1 [\w-]{43}$/)
  expect(rows).toHaveLength(20)
  for (const row of rows) expect(row).toMatch(/^[\w-]{43} (revoked|failed)$/)
  expect(statSync(`${file}.journal`).mode & 0o077).toBe(0)
})

test.each([
  ['without --resume', [], 'go on with --resume, or remove it'],
  ['of another service', ['--resume', '--base-url', 'http://127.0.0.1:1'], 'of another service'],
  ['of a run without --confirm', ['--resume', '--confirm'], 'differs in --confirm'],
])('revoke --file: a journal %s is refused before anything is sent', async (_, args, words) => {
  await using mock = await startAuthMock()
  using folder = createFolder()
  const file = folder.path('tokens.txt')
  writeFileSync(file, issue(mock, 3).join('\n'))
  await revokeFile(mock, file)
  const { code, stdout } = await revokeFile(mock, file, ...args)
  expect(code).toBe(2)
  expect(stdout).toContain(words)
  expect(mock.requests()).toHaveLength(3)
})

test.each([
  ['a file that is not there', ['--file', 'no-such-file'], 'ENOENT'],
  ['one file for two things', ['--file', 'a', '--report', './a'], 'different files'],
  ['a folder', ['--file', '.'], 'EISDIR'],
  ['a folder as journal', ['--file', 'package.json', '--journal', 'src'], 'EISDIR'],
  ['a folder as journal', ['--file', 'package.json', '--journal', 'src', '--resume'], 'the journal src '],
  ['a folder that is not there', ['--file', 'package.json', '--journal', 'no/such/journal'], 'ENOENT'],
  ['too many at a time', ['--file', 'a', '--concurrency', '0'], 'from 1 to 1000'],
])('revoke --file: %s exits with 2', async (_, args, words) => {
  const { code, stderr } = await runCli(['revoke', '--env', 'my-env', ...args])
  expect(code).toBe(2)
  expect(stderr).toContain(words)
})

test('revoke --file: a journal that is some other file is left as it is', async () => {
  await using mock = await startAuthMock()
  using folder = createFolder()
  const [file, other] = [folder.path('tokens.txt'), folder.path('other')]
  writeFileSync(file, issue(mock, 1).join('\n'))
  writeFileSync(other, 'precious')
  const { code } = await revokeFile(mock, file, '--resume', '--journal', other)
  expect(code).toBe(2)
  expect(readFileSync(other, 'utf8')).toBe('precious')
})

test('revoke --file: a report that finds the disk full costs neither the run nor its summary', async () => {
  await using mock = await startAuthMock()
  using folder = createFolder()
  const file = folder.path('tokens.txt')
  writeFileSync(file, issue(mock, 3).join('\n'))
  const { code, stdout } = await revokeFile(mock, file, '--report', '/dev/full')
  expect(code).toBe(1)
  expect(JSON.parse(stdout)).toMatchObject({
    revoked: 3,
    stopped: 'error',
    error: { message: expect.stringContaining('ENOSPC') },
  })
})
