import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { gunzipSync, gzipSync } from 'node:zlib'
import { type AuthMock, startAuthMock } from '@tokenward/auth-mock'
import { expect, test } from 'vitest'
import { mintToken } from '@tokenward/test-kit/tokens'
import { countRevocations } from '../count-revocations.ts'
import { createFolder, runCli, runInShell, runLimited, startCli, type CliResult } from '../run-cli.ts'

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
    unreadable: 0,
    foreign: 0,
    malformed: 0,
    duplicate: 0,
    before: 0,
    confirmed: true,
    stopped: null,
    complete: true,
    untried: 0,
    journal: `${file}.journal`,
    report: `${file}.report.csv`,
  })
  expect(code).toBe(0)
  expect(alive(mock)).toBe(0)
})

test('revoke --file: reports each line by its number with the user and the end of its token, and asks for each token once', async () => {
  await using mock = await startAuthMock()
  using folder = createFolder()
  const file = folder.path('tokens.txt')
  const exp = Math.floor(Date.now() / 1_000) + 60
  const [first, second] = ['41', '=42,"x"'].map((sub) => mintToken({ sub, exp }))
  const end = new Date(exp * 1_000).toISOString()
  const lines = [`\u{feff}# leaked`, first, '', 'two words', ` ${second}\r`, first, 'x'.repeat(40_000), '']
  writeFileSync(file, lines.join('\n'))
  const { code } = await revokeFile(mock, file)
  const rows = readFileSync(`${file}.report.csv`, 'utf8').trim().split('\n')
  expect([...rows].sort()).toEqual([
    `2,revoked,,41,${end}`,
    '4,malformed,more than one word,,',
    `5,revoked,,"'=42,""x""",${end}`,
    `6,duplicate,,41,${end}`,
    '7,malformed,longer than any token,,',
    'line,outcome,detail,sub,expires',
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
    `2 revoked\n` +
      '1 unusable: lines without a bare token, in which a token may be alive; see the report, and --column\n' +
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

test('revoke --file: a gzip that is cut off revokes what is there and exits with 3', async () => {
  await using mock = await startAuthMock()
  using folder = createFolder()
  const file = folder.path('tokens.gz')
  const bytes = gzipSync(issue(mock, 200).join('\n'))
  writeFileSync(file, bytes.subarray(0, bytes.length / 2))
  const { code, stdout } = await revokeFile(mock, file)
  expect(code).toBe(3)
  expect(JSON.parse(stdout)).toMatchObject({
    stopped: 'error',
    complete: false,
    error: { message: expect.stringContaining('damaged gzip (Z_BUF_ERROR)') },
  })
  expect(alive(mock)).toBeGreaterThan(0)
})

test.each([
  ['a zero byte between its members', (one: Buffer, two: Buffer) => [one, Buffer.alloc(1), two]],
  [
    'zeros that fill a block between its members',
    (one: Buffer, two: Buffer) => [one, Buffer.alloc(100_000), two],
  ],
  ['a plain token behind its last member', (one: Buffer, two: Buffer) => [one, gunzipSync(two)]],
  ['half a member behind the first', (one: Buffer, two: Buffer) => [one, two.subarray(0, two.length / 2)]],
  ['the first byte of a member at its end', (one: Buffer, two: Buffer) => [one, two.subarray(0, 1)]],
])('revoke --file: a gzip with %s exits with 3 and is told to be unread', async (_, arrange) => {
  await using mock = await startAuthMock()
  using folder = createFolder()
  const file = folder.path('tokens.gz')
  const [one, two] = issue(mock, 2).map((token) => gzipSync(`${token}\n`))
  writeFileSync(file, Buffer.concat(arrange(one ?? Buffer.alloc(0), two ?? Buffer.alloc(0))))
  const { code, stdout } = await revokeFile(mock, file)
  expect(code).toBe(3)
  const { stopped, complete, error } = JSON.parse(stdout) as Record<string, unknown>
  expect({ stopped, complete }).toEqual({ stopped: 'error', complete: false })
  expect(error).toMatchObject({
    message: expect.stringMatching(/damaged gzip \(Z_\w+\): .*unread; unpack it.*--resume/),
  })
})

test('revoke --file: a gzip of many members, with zeros behind the last, is read to its end', async () => {
  await using mock = await startAuthMock()
  using folder = createFolder()
  const file = folder.path('tokens.gz')
  const members = issue(mock, 50).map((token) => gzipSync(`${token}\n`))
  writeFileSync(file, Buffer.concat([...members, Buffer.alloc(10_240)]))
  expect(await revokeFile(mock, file)).toMatchObject({ code: 0 })
  expect(alive(mock)).toBe(0)
})

test.each([
  ['is empty', '', 'the input holds no token'],
  ['holds only empty lines', '\n\n\n', 'the input holds no token'],
  ['holds only comments', '# leaked\n# tokens\n', 'the input holds no token'],
  ['holds no usable line', 'two words\n', '1 unusable'],
])('revoke --file: an input that %s exits with 2, and nothing was dead', async (_, input, words) => {
  await using mock = await startAuthMock()
  using folder = createFolder()
  for (const pack of [(plain: string) => plain, gzipSync]) {
    writeFileSync(folder.path('tokens'), pack(input))
    const { code, stdout } = await runCli(
      ['revoke', '--base-url', mock.url, '--file', 'tokens', '--resume'],
      { cwd: folder.path('.') },
    )
    expect(code).toBe(2)
    expect(stdout).toContain(words)
  }
})

test('revoke --file -: a zcat that fails before the pipe exits with 2', async () => {
  await using mock = await startAuthMock()
  using folder = createFolder()
  const { code, stdout } = await runInShell(
    'zcat no-such-file.gz 2>/dev/null | $COMMAND',
    ['revoke', '--base-url', mock.url, '--file', '-'],
    folder.path('.'),
  )
  expect(code).toBe(2)
  expect(stdout).toContain('the input holds no token')
})

test('revoke --file: tokens of another environment are not sent, are counted, and exit with 4', async () => {
  await using mock = await startAuthMock({ clientId: 'shop' })
  using folder = createFolder()
  const file = folder.path('tokens.txt')
  const opaque = mock.issueToken({ token: 'opaque-token' })
  writeFileSync(file, [...issue(mock, 3), mintToken({ sub: '7' }), opaque].join('\n'))
  const { code, stdout } = await revokeFile(mock, file, '--env', 'other-env', '--confirm')
  expect(code).toBe(4)
  expect(JSON.parse(stdout)).toMatchObject({ foreign: 3, revoked: 2, already_inactive: 0 })
  expect(readFileSync(`${file}.report.csv`, 'utf8')).toContain('1,foreign,not sent,')
  expect(alive(mock)).toBe(3)
  const people = await runCli([
    'revoke',
    '--base-url',
    mock.url,
    '--client-id',
    'other-env',
    '--file',
    file,
    '--confirm',
    '--resume',
  ])
  expect(people.stdout).toContain(
    '3 foreign: not sent, because not issued for other-env; see --any-environment',
  )
  expect(people.code).toBe(4)
  const insisted = await revokeFile(
    mock,
    file,
    '--env',
    'other-env',
    '--confirm',
    '--resume',
    '--any-environment',
  )
  expect(insisted.code).toBe(0)
  expect(alive(mock)).toBe(0)
})

test('revoke --file: a live token that cannot be sent as it stands is unusable, and never dead', async () => {
  await using mock = await startAuthMock()
  using folder = createFolder()
  const file = folder.path('tokens.txt')
  const [token = '', ...rest] = issue(mock, 8)
  const spelled = [
    `Bearer ${rest[0]}`,
    `"${rest[1]}"`,
    `42,${rest[2]}`,
    `{"token":"${rest[3]}"}`,
    `${rest[4]}`.slice(0, 90),
    `'${rest[5]}'`,
    // Cut off within its signature, as a column that is too short does.
    `${rest[6]}`.slice(0, -10),
    'null',
  ]
  writeFileSync(file, [token, ...spelled].join('\n'))
  const { code, stdout } = await revokeFile(mock, file)
  expect(code).toBe(1)
  expect(JSON.parse(stdout)).toMatchObject({ revoked: 1, already_inactive: 0, malformed: 8 })
  const report = readFileSync(`${file}.report.csv`, 'utf8')
  for (const row of [
    '2,malformed,"""Bearer"" before the token",,',
    '3,malformed,quotes around the token,,',
    '4,malformed,more than one column,,',
    '5,malformed,JSON,,',
    '6,malformed,a part of a token,,',
    '8,malformed,a part of a token,,',
    '9,malformed,the word for no value,,',
  ])
    expect(report).toContain(`${row}\n`)
  expect(alive(mock)).toBe(7)
})

test.each([['revokeToken'], ['revokeToken', '--confirm'], ['verifyToken', '--confirm']] as const)(
  'revoke --file: a text that the service cannot read as a token is unreadable, and never dead (%s %s)',
  async (operation, ...args) => {
    await using mock = await startAuthMock()
    using folder = createFolder()
    const file = folder.path('tokens.txt')
    // An opaque token that was cut off. The mock takes its revocation, as it takes that of every unknown token.
    writeFileSync(file, 'a1b2c3d4e5f6')
    mock.fail({ operation, error: 'failed_precondition' })
    const { code, stdout } = await revokeFile(mock, file, ...args)
    expect(code).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({ revoked: 0, already_inactive: 0, unreadable: 1 })
    expect(readFileSync(`${file}.report.csv`, 'utf8')).toContain('1,unreadable,api 400,,\n')
  },
)

test('revoke --file and verify --file: a token that the service calls invalid with status 400 is dead', async () => {
  await using mock = await startAuthMock()
  using folder = createFolder()
  const file = folder.path('tokens.txt')
  writeFileSync(file, 'a1b2c3d4e5f6')
  mock.fail({ status: 400, json: { error: 'invalid_access_token', error_code: 4001 } })
  const revoked = await revokeFile(mock, file, '--confirm')
  expect(revoked.code).toBe(0)
  expect(JSON.parse(revoked.stdout)).toMatchObject({ already_inactive: 1, unreadable: 0 })
  const verified = await runCli(['verify', '--json', '--base-url', mock.url, '--file', file])
  expect(verified.code).toBe(1)
  expect(JSON.parse(verified.stdout)).toMatchObject({ inactive: 1, unreadable: 0 })
})

test('revoke --resume: says on stderr when the journal has nothing to go on with', async () => {
  await using mock = await startAuthMock()
  using folder = createFolder()
  const file = folder.path('tokens.txt')
  writeFileSync(file, issue(mock, 1).join('\n'))
  const first = await revokeFile(mock, file, '--resume', '--journal', folder.path('misspelt.journal'))
  expect(first.code).toBe(0)
  expect(first.stderr).toBe(
    `warning: the journal ${folder.path('misspelt.journal')} has nothing of an earlier run, so that this run begins with the first line\n`,
  )
  const second = await revokeFile(mock, file, '--resume', '--journal', folder.path('misspelt.journal'))
  expect(second).toMatchObject({ code: 0, stderr: '' })
})

test('revoke --file: lines that were read and not tried are counted, and the input does not count as complete', async () => {
  await using mock = await startAuthMock()
  using count = countRevocations()
  using folder = createFolder()
  writeFileSync(folder.path('tokens.txt'), issue(mock, 8).join('\n'))
  const args = ['revoke', '--json', '--base-url', mock.url, '--file', 'tokens.txt', '--rate', '1']
  const { child, result } = startCli([...args, '--concurrency', '10'], { cwd: folder.path('.') })
  await count.reached(1)
  child.kill('SIGINT')
  const { code, stdout } = await result
  const { revoked, untried, complete } = JSON.parse(stdout) as Record<string, number | boolean>
  expect({ code, complete, sum: Number(revoked) + Number(untried) }).toEqual({
    code: 130,
    complete: false,
    sum: 8,
  })
  expect(untried).toBeGreaterThan(0)
})

test.each([
  [
    'CSV, by its header',
    'access_token',
    (tokens: string[]) => ['uid,"access_token"', ...tokens.map((token, at) => `${at},"${token}"`)],
  ],
  [
    'CSV with a byte order mark and semicolons',
    'token',
    (tokens: string[]) => ['\u{feff}token;uid', ...tokens.map((token, at) => `${token};${at}`)],
  ],
  [
    'CSV with line breaks in a cell',
    'token',
    (tokens: string[]) => ['note,token', ...tokens.map((token) => `"two\r\nlines, ""quoted""",${token}`)],
  ],
  [
    'columns without a header, by number',
    '2',
    (tokens: string[]) => tokens.map((token, at) => `${at}\t${token}`),
  ],
  [
    'a column by number, below a header',
    '3',
    (tokens: string[]) => [
      'id,Access token,access_token',
      ...tokens.map((token, at) => `${at},x${at},${token}`),
    ],
  ],
  [
    'a column by number, below a Chinese header',
    '2',
    (tokens: string[]) => ['用户1,令牌2', ...tokens.map((token, at) => `${at},${token}`)],
  ],
  [
    'a column of whole headers',
    'header',
    (tokens: string[]) => ['header', ...tokens.map((token) => `Bearer ${token}`)],
  ],
  ['quoted lines', '1', (tokens: string[]) => tokens.map((token) => `"${token}"`)],
  ['lines with "Bearer" before them', '1', (tokens: string[]) => tokens.map((token) => `Bearer ${token}`)],
  [
    'JSON lines',
    'access_token',
    (tokens: string[]) => tokens.map((token) => JSON.stringify({ uid: '\u{7528}', access_token: token })),
  ],
])('revoke --file --column: reads %s', async (_, column, arrange) => {
  await using mock = await startAuthMock()
  using folder = createFolder()
  const file = folder.path('tokens')
  const text = arrange(issue(mock, 20)).join('\n')
  for (const pack of [(plain: string) => plain, gzipSync]) {
    writeFileSync(file, pack(text))
    const { code, stdout } = await revokeFile(mock, file, '--column', column, '--resume')
    expect(JSON.parse(stdout)).toMatchObject({ revoked: 20, malformed: 0 })
    expect(code).toBe(0)
  }
  expect(alive(mock)).toBe(0)
})

test.each([
  ['names no such column', 'token', 'uid,access_token\n1,2', 'names no such column'],
  ['names the column twice', 'token', 'token,token\na,b', 'names this column twice'],
  // Each more blank once took longer than the one before.
  ['begins with blanks', 'token', `${' '.repeat(262_000)}uid,access_token\n1,2`, 'names no such column'],
  ['is one JSON array', 'token', '[{"token":"a"}]', 'one object a line'],
])('revoke --file --column: a file that %s exits with 2', async (_, column, text, words) => {
  await using mock = await startAuthMock()
  using folder = createFolder()
  const file = folder.path('tokens')
  writeFileSync(file, text)
  const { code, stdout } = await revokeFile(mock, file, '--column', column)
  expect(code).toBe(2)
  expect(stdout).toContain(words)
})

test('revoke --file --column: a file has one delimiter, and a row of another width is unusable, never dead', async () => {
  await using mock = await startAuthMock()
  using folder = createFolder()
  const file = folder.path('tokens.csv')
  const [first, second, third] = issue(mock, 3)
  writeFileSync(file, `id,scopes,token\n1,read;write,${first}\n2,read,write,${second}\n3,read,${third};x\n`)
  const { code, stdout } = await revokeFile(mock, file, '--column', 'token')
  expect(code).toBe(1)
  expect(JSON.parse(stdout)).toMatchObject({ revoked: 1, malformed: 2 })
  expect(alive(mock)).toBe(2)
})

test.each([
  ['a no-break space', (token: string) => `${token}\u{a0}`],
  ['a second byte order mark', (token: string) => `\u{feff}\u{feff}${token}`],
  ['curly quotes', (token: string) => `\u{201c}${token}\u{201d}`],
])('revoke --file --column: a first token with %s is no header, and never dead', async (_, spoil) => {
  await using mock = await startAuthMock()
  using folder = createFolder()
  const file = folder.path('tokens.csv')
  const [first = '', ...rest] = issue(mock, 3)
  writeFileSync(file, [spoil(first), ...rest].join('\n'))
  const { code, stdout } = await revokeFile(mock, file, '--column', '1')
  expect(code).toBe(1)
  expect(JSON.parse(stdout)).toMatchObject({ revoked: 2, malformed: 1 })
  expect(alive(mock)).toBe(1)
})

test('revoke --file --column: a first row that is left out as a header is told', async () => {
  await using mock = await startAuthMock()
  using folder = createFolder()
  const file = folder.path('tokens.csv')
  writeFileSync(file, ['user,token', ...issue(mock, 2).map((token) => `me,${token}`)].join('\n'))
  const told = 'warning: the first row was left out as a header'
  expect((await revokeFile(mock, file, '--column', '2')).stderr).toContain(told)
  expect((await revokeFile(mock, file, '--column', 'token', '--resume')).stderr).not.toContain(told)
})

test.each([
  ['of a row', 'id,name,token', '1,"Big,', 2],
  ['of the header', 'id,"name,token', '1,Big,', 1],
])(
  'revoke --file --column: a quote %s that swallows a row makes it unusable, and never dead',
  async (...given) => {
    const [, header, start, line] = given
    await using mock = await startAuthMock()
    using folder = createFolder()
    const file = folder.path('tokens.csv')
    const [first, second, third, fourth] = issue(mock, 4)
    const rows = [`${start}${first}`, `2,Mac",${second}`, `3,x,${third}`, `4,x,${fourth}`]
    writeFileSync(file, [header, ...rows].join('\n'))
    const { code, stdout } = await revokeFile(mock, file, '--column', '3')
    expect(code).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({ revoked: 2, malformed: 1 })
    expect(readFileSync(`${file}.report.csv`, 'utf8')).toContain(`${line},malformed,a row within quotes,`)
  },
)

test('revoke --file --column: a line of JSON without the field is unusable, and never dead', async () => {
  await using mock = await startAuthMock()
  using folder = createFolder()
  const file = folder.path('tokens')
  const [token, other] = issue(mock, 2)
  writeFileSync(file, `{"token":"${token}"}\n{"refresh":"${other}"}\n{"token":`)
  const { code, stdout } = await revokeFile(mock, file, '--column', 'token')
  expect(code).toBe(1)
  expect(JSON.parse(stdout)).toMatchObject({ revoked: 1, malformed: 2 })
})

test('revoke --file: damaged CSV exits with 3', async () => {
  await using mock = await startAuthMock()
  using folder = createFolder()
  const file = folder.path('tokens')
  writeFileSync(file, `token\n${issue(mock, 1)[0]}\n"${issue(mock, 1)[0]}\n`)
  const { code, stdout } = await revokeFile(mock, file, '--column', 'token')
  expect(code).toBe(3)
  expect(stdout).toContain('damaged CSV')
})

test('revoke --resume: tells what an earlier run did from what this one did', async () => {
  await using mock = await startAuthMock()
  using folder = createFolder()
  const file = folder.path('tokens.txt')
  const [one, two] = [issue(mock, 3), issue(mock, 2)]
  writeFileSync(file, one.join('\n'))
  await revokeFile(mock, file)
  writeFileSync(file, [...one, ...two].join('\n'))
  const args = ['revoke', '--base-url', mock.url, '--file', file, '--resume']
  const { stdout } = await runCli(args)
  expect(stdout).toMatch(/^5 revoked\n3 of these 5 in an earlier run, 2 now\n/)
  expect(JSON.parse((await runCli([...args, '--json'])).stdout)).toMatchObject({ revoked: 5, before: 5 })
  expect(readFileSync(`${file}.report.csv`, 'utf8')).toContain('1,revoked,in an earlier run,')
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
  const first = await revokeFile(mock, file, '--confirm', '--timeout', '2000')
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
  ['of another application', ['--resume', '--client-id', 'till'], 'or of another --client-id'],
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

test('revoke --file: a report that cannot be written weighs more than failures in a row', async () => {
  await using mock = await startAuthMock()
  mock.fail({ operation: 'revokeToken', status: 503 })
  using folder = createFolder()
  const file = folder.path('tokens.txt')
  writeFileSync(file, issue(mock, 3).join('\n'))
  const args = ['--report', '/dev/full', '--max-failures', '1', '--retries', '0']
  const { code, stdout } = await revokeFile(mock, file, ...args)
  expect(code).toBe(3)
  expect(JSON.parse(stdout)).toMatchObject({ failed: expect.any(Number), stopped: 'error' })
})

test('revoke --file /dev/stdin: journal and report are written where the run was started', async () => {
  await using mock = await startAuthMock()
  using folder = createFolder()
  const args = ['revoke', '--base-url', mock.url, '--file', '/dev/stdin']
  const { code } = await runInShell(
    `printf '%s' "$TOKEN" | $COMMAND`.replace('$TOKEN', issue(mock, 1).join()),
    args,
    folder.path('.'),
  )
  expect(code).toBe(0)
  expect(readdirSync(folder.path('.')).sort()).toEqual(['revoke-stdin.journal', 'revoke-stdin.report.csv'])
})

test('revoke --file: a report that finds the disk full costs neither the run nor its summary, and exits with 3', async () => {
  await using mock = await startAuthMock()
  using folder = createFolder()
  const file = folder.path('tokens.txt')
  writeFileSync(file, issue(mock, 3).join('\n'))
  const { code, stdout } = await revokeFile(mock, file, '--report', '/dev/full')
  expect(code).toBe(3)
  expect(JSON.parse(stdout)).toMatchObject({
    revoked: 3,
    stopped: 'error',
    error: { message: expect.stringContaining('ENOSPC') },
  })
})
