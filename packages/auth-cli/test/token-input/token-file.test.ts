import { execFileSync } from 'node:child_process'
import { createWriteStream, readFileSync, writeFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { startAuthMock } from '@tokenward/auth-mock'
import { eventually } from '@tokenward/test-kit/eventually'
import { expect, test } from 'vitest'
import { isTooShort } from '../../src/token-input/file-format.ts'
import { createFolder, runCli, runInShell, startCli } from '../run-cli.ts'

/** Packs a token into a tar with the tool of the system. */
function pack(token: string): Buffer {
  using folder = createFolder()
  writeFileSync(folder.path('tokens.txt'), token)
  return execFileSync('tar', ['-C', folder.path('.'), '-cf', '-', 'tokens.txt'])
}

test.each([
  ['gzip within gzip', (token: string) => gzipSync(gzipSync(token))],
  ['a zip archive', () => Buffer.from('504b0304140000000800', 'hex')],
  ['bzip2', () => Buffer.from('BZh91AY&SY', 'latin1')],
  ['xz', () => Buffer.from('fd377a585a0000', 'hex')],
  ['Zstandard', () => Buffer.from('28b52ffd0458', 'hex')],
  ['a 7z archive', () => Buffer.from('377abcaf271c', 'hex')],
  ['a tar archive', pack],
  ['a tar archive', (token: string) => gzipSync(pack(token))],
  ['an SQLite database', () => Buffer.from('SQLite format 3\0')],
  ['a RAR archive', () => Buffer.from('526172211a0700', 'hex')],
  ['a spreadsheet or document of an older Office', () => Buffer.from('d0cf11e0a1b11ae1', 'hex')],
  ['UTF-32', (token: string) => Buffer.from(Uint32Array.from(Buffer.from(token)).buffer).swap32()],
])('--file: %s is named and exits with 2, instead of being read as lines', async (format, spell) => {
  await using mock = await startAuthMock()
  using folder = createFolder()
  const file = folder.path('tokens')
  writeFileSync(file, spell(mock.issueToken()))
  for (const command of ['verify', 'revoke']) {
    const { code, stderr } = await runCli([command, '--base-url', mock.url, '--file', file])
    expect(code).toBe(2)
    expect(stderr).toContain(`is ${format}`)
  }
  expect(mock.requests()).toEqual([])
})

test.each(['verify', 'revoke'])('%s: a folder on stdin exits with 2 and is named as one', async (command) => {
  using folder = createFolder()
  for (const args of [[], ['--file', '-']]) {
    const given = [command, '--base-url', 'http://127.0.0.1:1', ...args]
    const { code, stderr } = await runInShell('$COMMAND <.', given, folder.path('.'))
    expect(code).toBe(2)
    expect(stderr).toContain('EISDIR')
  }
})

test('revoke --file: a named pipe is read, and Ctrl-C ends a run that waits for more of it', async () => {
  await using mock = await startAuthMock()
  using folder = createFolder()
  const pipe = folder.path('pipe')
  execFileSync('mkfifo', [pipe])
  const args = [
    'revoke',
    '--json',
    '--base-url',
    mock.url,
    '--file',
    pipe,
    '--journal',
    folder.path('journal'),
  ]
  const { child, result } = startCli([...args, '--report', folder.path('report')])
  const writer = createWriteStream(pipe)
  writer.write(`${mock.issueToken()}\n`)
  await eventually(() => expect(mock.tokens().map(({ state }) => state)).toEqual(['revoked']))
  child.kill('SIGINT')
  const { code, stdout } = await result
  writer.destroy()
  expect(code).toBe(130)
  expect(JSON.parse(stdout)).toMatchObject({ revoked: 1, stopped: 'interrupt' })
})

test('revoke --file --column: comments before the first line of JSON are skipped', async () => {
  await using mock = await startAuthMock()
  using folder = createFolder()
  const file = folder.path('tokens.jsonl')
  const rows = ['# leaked', '', '  # 2026', JSON.stringify({ token: mock.issueToken() }), '# end']
  writeFileSync(file, rows.join('\r\n'))
  const { code } = await runCli(['revoke', '--base-url', mock.url, '--file', file, '--column', 'token'])
  expect(code).toBe(0)
})

test.each([
  ['plain', (text: string) => text],
  ['gzip', (text: string) => gzipSync(text)],
])(
  'revoke --file --column: comments that are longer than what is read at once tell no format, %s',
  async (_, spell) => {
    await using mock = await startAuthMock()
    using folder = createFolder()
    const file = folder.path('tokens.jsonl')
    const comments = `# leaked on 2026-11-26, ${'see the report; '.repeat(100)}\n`.repeat(80)
    writeFileSync(file, spell(`${comments}${JSON.stringify({ token: mock.issueToken() })}\n`))
    const { code, stderr } = await runCli([
      'revoke',
      '--base-url',
      mock.url,
      '--file',
      file,
      '--column',
      'token',
    ])
    expect({ code, stderr }).toMatchObject({ code: 0 })
  },
)

test('isTooShort: a table is told by its first record, and not by blanks and comments before it', () => {
  const mark = Buffer.from([0xef, 0xbb, 0xbf])
  const begin = (text: string): Buffer => Buffer.concat([mark, Buffer.from(`# leaked on 2026-11-26${text}`)])
  for (const text of ['', '\r', '\r\n', '\n\n  ', '\n # and more, {"token":1}'])
    expect(isTooShort(begin(text), true)).toBe(true)
  for (const text of ['\n{', '\r["', '\n # more\n\ntoken,uid'])
    expect(isTooShort(begin(text), true)).toBe(false)
  expect(isTooShort(begin(''), false)).toBe(false)
  expect(isTooShort(Buffer.from('#\n'.repeat(1024 * 1024)), true)).toBe(false)
})

test.each(['a "quote" in a cell', '"never closed'])(
  'revoke --file --column: CSV with %s is told to be damaged, and exits with 3',
  async (cell) => {
    await using mock = await startAuthMock()
    using folder = createFolder()
    const file = folder.path('tokens.csv')
    writeFileSync(file, `note,token\n${cell},${mock.issueToken()}\n`)
    const args = ['revoke', '--base-url', mock.url, '--file', file, '--column', 'token']
    const { code, stderr } = await runCli(args)
    expect(code).toBe(3)
    expect(stderr).toMatch(/the file is damaged CSV \(CSV_\w+\): part of it is unread/)
  },
)

test.each([
  ['carriage returns alone', '\r'],
  ['both', '\r\n'],
])('revoke --file: lines that end with %s are lines', async (_, ending) => {
  await using mock = await startAuthMock()
  using folder = createFolder()
  const file = folder.path('tokens.txt')
  writeFileSync(file, [mock.issueToken(), '# more', mock.issueToken(), ''].join(ending))
  const { code } = await runCli(['revoke', '--base-url', mock.url, '--file', file])
  expect(code).toBe(0)
  expect(readRows(file).map(([line, outcome]) => [line, outcome])).toEqual([
    ['1', 'revoked'],
    ['3', 'revoked'],
  ])
})

test('revoke --file --column: the report names the line on which a row of CSV begins, whatever ends the lines', async () => {
  await using mock = await startAuthMock()
  using folder = createFolder()
  const file = folder.path('tokens.csv')
  const text = [
    'note,token\r\n',
    `one,${mock.issueToken({ sub: 'line-2' })}\n`,
    '\r\n',
    `"two\r\nlines\nthree",${mock.issueToken({ sub: 'line-4' })}\r`,
    `"a\rb",${mock.issueToken({ sub: 'line-7' })}\r\n`,
    `last,${mock.issueToken({ sub: 'line-9' })}`,
  ].join('')
  writeFileSync(file, text)
  const { code } = await runCli(['revoke', '--base-url', mock.url, '--file', file, '--column', 'token'])
  expect(code).toBe(0)
  expect(readRows(file).map(([line]) => `line-${line}`)).toEqual(readRows(file).map(([, , , sub]) => sub))
})

test('revoke --file --column: a line of JSON that names the field twice is unusable and named, and neither token is sent', async () => {
  await using mock = await startAuthMock()
  using folder = createFolder()
  const file = folder.path('tokens.jsonl')
  const [first, second, third] = [mock.issueToken(), mock.issueToken(), mock.issueToken()]
  writeFileSync(file, `{"token":"${first}","token":"${second}"}\n{"token":"${third}"}\n`)
  const { code } = await runCli(['revoke', '--base-url', mock.url, '--file', file, '--column', 'token'])
  expect(code).toBe(1)
  expect(readRows(file).map((row) => row.slice(0, 3))).toEqual([
    ['1', 'malformed', 'the field twice'],
    ['2', 'revoked', ''],
  ])
  expect(mock.requests()).toHaveLength(1)
})

function readRows(file: string): string[][] {
  const [, ...rows] = readFileSync(`${file}.report.csv`, 'utf8').trimEnd().split('\n')
  return rows.map((row) => row.split(',')).sort(([a], [b]) => Number(a) - Number(b))
}
