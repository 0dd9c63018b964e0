import { execFileSync } from 'node:child_process'
import { linkSync, lstatSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { once } from 'node:events'
import { type AuthMock, startAuthMock } from '@tokenward/auth-mock'
import { eventually } from '@tokenward/test-kit/eventually'
import { expect, test } from 'vitest'
import { countRevocations } from '../count-revocations.ts'
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
  expect(stderr).toContain('has another name (a hard link)')
})

test('revoke --file: a journal with a second name is refused, under which another run could use it', async () => {
  await using mock = await startAuthMock()
  using count = countRevocations()
  using folder = createFolder()
  const cwd = folder.path('.')
  const args = ['revoke', '--base-url', mock.url, '--resume', '--file']
  const first = startCli([...args, '-', '--journal', 'day.journal'], { cwd })
  first.child.stdin.write(`${mock.issueToken()}\n`)
  await count.reached(1)
  linkSync(folder.path('day.journal'), folder.path('other'))
  writeFileSync(folder.path('tokens.txt'), mock.issueToken())
  const { code, stderr } = await runCli([...args, 'tokens.txt', '--journal', 'other'], { cwd })
  expect(code).toBe(2)
  expect(stderr).toContain('the journal other has another name (a hard link)')
  first.child.stdin.end()
  expect(await first.result).toMatchObject({ code: 0 })
  expect(count.total()).toBe(1)
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

test('revoke --file: a report that is removed while the run is on ends with 3 and with the summary', async () => {
  await using mock = await startAuthMock()
  using folder = createFolder()
  writeFileSync(folder.path('tokens.txt'), mock.issueToken())
  const end = mock.fail({ delayMs: 3_600_000 })
  const args = ['revoke', '--json', '--base-url', mock.url, '--file', 'tokens.txt', '--timeout', '10000']
  const { result } = startCli(args, { cwd: folder.path('.') })
  await eventually(() => expect(mock.requests()).toHaveLength(1))
  rmSync(folder.path('tokens.txt.report.csv.partial'))
  end()
  const { code, stdout } = await result
  expect(code).toBe(3)
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
  expect(stdout).toContain('every line has a state, but not all was written')
  expect(stderr).toContain('the report /dev/full cannot be written (ENOSPC)')
})

/** Starts a run that goes on until it is ended, once its first token is on its way. */
async function startWaiting(
  mock: AuthMock,
  cwd: string,
): Promise<ReturnType<typeof startCli> & { readonly release: () => void }> {
  const release = mock.fail({ delayMs: 3_600_000 })
  const before = mock.requests().length
  const args = [
    'revoke',
    '--json',
    '--base-url',
    mock.url,
    '--file',
    'tokens.txt',
    '--resume',
    '--timeout',
    '3000',
  ]
  const started = startCli(args, { cwd })
  await eventually(() => expect(mock.requests().length).toBeGreaterThan(before))
  return { ...started, release }
}

test('revoke --resume: a run that is killed leaves the report of an earlier run as it was', async () => {
  await using mock = await startAuthMock()
  using folder = createFolder()
  const cwd = folder.path('.')
  const report = folder.path('tokens.txt.report.csv')
  const token = mock.issueToken({ sub: '41' })
  writeFileSync(folder.path('tokens.txt'), token)
  await runCli(['revoke', '--base-url', mock.url, '--file', 'tokens.txt'], { cwd })
  const first = readFileSync(report, 'utf8')
  writeFileSync(folder.path('tokens.txt'), `${token}\n${mock.issueToken({ sub: '42' })}`)
  for (let kills = 0; kills < 2; kills += 1) {
    const { child, result } = await startWaiting(mock, cwd)
    child.kill('SIGKILL')
    await result
    expect(readFileSync(report, 'utf8')).toBe(first)
  }
  mock.reset()
  const whole = await runCli(['revoke', '--base-url', mock.url, '--file', 'tokens.txt', '--resume'], { cwd })
  expect(whole.code).toBe(0)
  expect(readFileSync(report, 'utf8')).toMatch(/\n1,revoked,in an earlier run,41,.*\n2,revoked,,42,.*\n$/)
  expect(readdirSync(cwd).filter((name) => name.endsWith('.partial'))).toEqual([])
})

test('revoke --resume: a run that is stopped keeps the report of an earlier run, and names the file with its own rows', async () => {
  await using mock = await startAuthMock()
  using folder = createFolder()
  const cwd = folder.path('.')
  const report = folder.path('tokens.txt.report.csv')
  const [first, second] = [mock.issueToken({ sub: '41' }), mock.issueToken({ sub: '42' })]
  writeFileSync(folder.path('tokens.txt'), `${first}\n${second}`)
  const stopped = await startWaiting(mock, cwd)
  stopped.child.kill('SIGINT')
  await once(stopped.child.stderr, 'data')
  stopped.release()
  await stopped.result
  // The first run has no other report to keep.
  const [header] = readFileSync(report, 'utf8').split('\n')
  writeFileSync(report, `${header}\n1,failed,api 500,41,\n2,failed,api 500,42,\n`)
  const earlier = readFileSync(report, 'utf8')
  // More than are in flight at a time.
  const more = Array.from({ length: 100 }, () => mock.issueToken({ signed: false }))
  writeFileSync(folder.path('tokens.txt'), [first, second, ...more].join('\n'))
  const { child, result, release } = await startWaiting(mock, cwd)
  child.kill('SIGINT')
  await once(child.stderr, 'data')
  release()
  const { code, stdout } = await result
  expect(code).toBe(130)
  const summary = JSON.parse(stdout) as { readonly report: string }
  expect(summary.report).toBe('tokens.txt.report.csv.partial')
  expect(readFileSync(report, 'utf8')).toBe(earlier)
  expect(readFileSync(folder.path(summary.report), 'utf8').startsWith(`${header}\n`)).toBe(true)
})

test('revoke --file: what a killed run left of its report becomes the report, where there is no other', async () => {
  await using mock = await startAuthMock()
  using folder = createFolder()
  const cwd = folder.path('.')
  writeFileSync(folder.path('tokens.txt'), mock.issueToken())
  const left = 'line,outcome,detail,sub,expires\n1,failed,api 500,41,\n'
  writeFileSync(folder.path('tokens.txt.report.csv.partial'), left)
  const { child, result } = await startWaiting(mock, cwd)
  expect(readFileSync(folder.path('tokens.txt.report.csv'), 'utf8')).toBe(left)
  child.kill('SIGKILL')
  await result
})

test('revoke --file: a file beside the report that is no report is not touched', async () => {
  await using mock = await startAuthMock()
  using folder = createFolder()
  writeFileSync(folder.path('tokens.txt'), mock.issueToken())
  writeFileSync(folder.path('tokens.txt.report.csv.partial'), 'precious')
  const args = ['revoke', '--base-url', mock.url, '--file', 'tokens.txt']
  const { code, stderr } = await runCli(args, { cwd: folder.path('.') })
  expect(code).toBe(2)
  expect(stderr).toContain('tokens.txt.report.csv.partial already, and it is no report of an earlier run')
  expect(readFileSync(folder.path('tokens.txt.report.csv.partial'), 'utf8')).toBe('precious')
})
