import { execFileSync } from 'node:child_process'
import { linkSync, lstatSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { startAuthMock } from '@tokenward/auth-mock'
import { eventually } from '@tokenward/test-kit/eventually'
import { expect, test } from 'vitest'
import { createFolder, runCli, runInShell, startCli } from '../run-cli.ts'

const link = { 'a link': symlinkSync, 'another name': linkSync }

test.each([
  ['report', 'a link', 'tokens.txt'],
  ['report', 'another name', 'tokens.txt'],
  ['journal', 'a link', 'tokens.txt'],
  ['journal', 'another name', 'tokens.txt'],
  ['report', 'a link', 'precious.txt'],
] as const)(
  'revoke --file: with --%s as %s of %s nothing is sent, and nothing is lost',
  async (option, kind, target) => {
    await using mock = await startAuthMock()
    using folder = createFolder()
    const cwd = folder.path('.')
    const text = `${mock.issueToken()}\n`
    writeFileSync(folder.path('tokens.txt'), text)
    writeFileSync(folder.path('precious.txt'), text)
    link[kind](folder.path(target), folder.path('out'))
    const args = ['revoke', '--base-url', mock.url, '--file', 'tokens.txt', `--${option}`, 'out', '--resume']
    const { code, stderr } = await runCli(args, { cwd })
    expect(code).toBe(2)
    expect(stderr).toMatch(/is a link: name the file itself|must be three different files/)
    expect(readFileSync(folder.path('tokens.txt'), 'utf8')).toBe(text)
    expect(readFileSync(folder.path('precious.txt'), 'utf8')).toBe(text)
    expect(mock.requests()).toEqual([])
  },
)

test('revoke --file: a report that is a link to nothing creates nothing behind it', async () => {
  await using mock = await startAuthMock()
  using folder = createFolder()
  const cwd = folder.path('.')
  writeFileSync(folder.path('tokens.txt'), mock.issueToken())
  for (const option of ['--report', '--journal']) {
    symlinkSync(folder.path('elsewhere'), folder.path(`out${option}`))
    const args = [
      'revoke',
      '--base-url',
      mock.url,
      '--file',
      'tokens.txt',
      option,
      `out${option}`,
      '--resume',
    ]
    expect(await runCli(args, { cwd })).toMatchObject({ code: 2 })
  }
  expect(readdirSync(cwd)).not.toContain('elsewhere')
  expect(mock.requests()).toEqual([])
})

test('revoke --file: journal and report under two names of one file are refused', async () => {
  await using mock = await startAuthMock()
  using folder = createFolder()
  const cwd = folder.path('.')
  writeFileSync(folder.path('tokens.txt'), mock.issueToken())
  writeFileSync(folder.path('one'), '')
  linkSync(folder.path('one'), folder.path('two'))
  const args = [
    'revoke',
    '--base-url',
    mock.url,
    '--file',
    'tokens.txt',
    '--journal',
    'one',
    '--report',
    'two',
  ]
  const { code, stderr } = await runCli(args, { cwd })
  expect(code).toBe(2)
  expect(stderr).toContain('must be three different files')
})

test.each(['--report', '--journal'])(
  'revoke --file -: the file that stdin comes from is not taken for %s',
  async (option) => {
    await using mock = await startAuthMock()
    using folder = createFolder()
    const text = `${mock.issueToken()}\n`
    writeFileSync(folder.path('tokens.txt'), text)
    const args = ['revoke', '--base-url', mock.url, '--file', '-', '--resume', option, 'tokens.txt']
    const { code } = await runInShell('$COMMAND <tokens.txt', args, folder.path('.'))
    expect(code).toBe(2)
    expect(readFileSync(folder.path('tokens.txt'), 'utf8')).toBe(text)
    expect(mock.requests()).toEqual([])
  },
)

test('revoke --file: a file that is no report of an earlier run is not replaced', async () => {
  await using mock = await startAuthMock()
  using folder = createFolder()
  writeFileSync(folder.path('tokens.txt'), mock.issueToken())
  writeFileSync(folder.path('notes.txt'), 'precious')
  const args = ['revoke', '--base-url', mock.url, '--file', 'tokens.txt', '--report', 'notes.txt']
  const { code, stderr } = await runCli(args, { cwd: folder.path('.') })
  expect(code).toBe(2)
  expect(stderr).toContain('is no report of an earlier run')
  expect(readFileSync(folder.path('notes.txt'), 'utf8')).toBe('precious')
})

test('revoke --resume: the report of an earlier run is replaced, and its other names keep it', async () => {
  await using mock = await startAuthMock()
  using folder = createFolder()
  const cwd = folder.path('.')
  writeFileSync(folder.path('tokens.txt'), mock.issueToken())
  const args = ['revoke', '--base-url', mock.url, '--file', 'tokens.txt', '--resume']
  await runCli(args, { cwd })
  const report = folder.path('tokens.txt.report.csv')
  const first = readFileSync(report, 'utf8')
  linkSync(report, folder.path('kept.csv'))
  expect(await runCli(args, { cwd })).toMatchObject({ code: 0 })
  expect(readFileSync(report, 'utf8')).toContain('1,revoked,in an earlier run,')
  expect(readFileSync(folder.path('kept.csv'), 'utf8')).toBe(first)
  expect(lstatSync(report).mode & 0o077).toBe(0)
})

test('revoke --file: the report goes to /dev/stdout through a pipe', async () => {
  await using mock = await startAuthMock()
  using folder = createFolder()
  writeFileSync(folder.path('tokens.txt'), mock.issueToken({ sub: '42' }))
  const args = ['revoke', '--base-url', mock.url, '--file', 'tokens.txt', '--report', '/dev/stdout']
  const { code, stdout } = await runInShell('$COMMAND | cat', args, folder.path('.'))
  expect(code).toBe(0)
  expect(stdout).toMatch(/line,outcome,detail,sub,expires\n1,revoked,,42,/)
})

test.each(['/dev/null', 'pipe'])('revoke --file: %s is no journal, and nothing is sent', async (journal) => {
  await using mock = await startAuthMock()
  using folder = createFolder()
  execFileSync('mkfifo', [folder.path('pipe')])
  writeFileSync(folder.path('tokens.txt'), mock.issueToken())
  const args = ['revoke', '--base-url', mock.url, '--file', 'tokens.txt', '--journal', journal]
  const { code, stderr } = await runCli(args, { cwd: folder.path('.') })
  expect(code).toBe(2)
  expect(stderr).toContain(`the journal ${journal} is no file`)
  expect(mock.requests()).toEqual([])
})

test('revoke --file: a report that is removed while the run is on ends with 1 and with the summary', async () => {
  await using mock = await startAuthMock()
  using folder = createFolder()
  writeFileSync(folder.path('tokens.txt'), mock.issueToken())
  const end = mock.fail({ delayMs: 3_600_000 })
  const args = ['revoke', '--json', '--base-url', mock.url, '--file', 'tokens.txt', '--timeout', '10000']
  const { result } = startCli(args, { cwd: folder.path('.') })
  await eventually(() => expect(mock.requests()).toHaveLength(1))
  rmSync(folder.path('tokens.txt.report.csv'))
  end()
  const { code, stdout } = await result
  expect(code).toBe(1)
  expect(JSON.parse(stdout)).toMatchObject({
    revoked: 1,
    complete: true,
    error: { message: expect.stringContaining('was removed while the run was on') },
  })
})

test('verify --file: a report that finds the disk full exits with 3, and the input counts as read', async () => {
  await using mock = await startAuthMock()
  using folder = createFolder()
  writeFileSync(folder.path('tokens.txt'), mock.issueToken())
  const args = ['verify', '--base-url', mock.url, '--file', 'tokens.txt', '--report', '/dev/full']
  const { code, stdout, stderr } = await runCli(args, { cwd: folder.path('.') })
  expect(code).toBe(3)
  expect(stdout).toContain('the input was read to its end, but not all was written')
  expect(stderr).toContain('the report /dev/full cannot be written (ENOSPC)')
})
