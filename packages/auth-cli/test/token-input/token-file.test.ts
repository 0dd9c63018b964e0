import { execFileSync } from 'node:child_process'
import { createWriteStream, writeFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { startAuthMock } from '@tokenward/auth-mock'
import { eventually } from '@tokenward/test-kit/eventually'
import { expect, test } from 'vitest'
import { createFolder, runCli, runInShell, startCli } from '../run-cli.ts'

test.each([
  ['gzip within gzip', (token: string) => gzipSync(gzipSync(token))],
  ['a zip archive', () => Buffer.from('504b0304140000000800', 'hex')],
  ['bzip2', () => Buffer.from('BZh91AY&SY', 'latin1')],
  ['xz', () => Buffer.from('fd377a585a0000', 'hex')],
  ['Zstandard', () => Buffer.from('28b52ffd0458', 'hex')],
  ['a 7z archive', () => Buffer.from('377abcaf271c', 'hex')],
])('--file: %s is named and exits with 2, instead of being read as lines', async (format, pack) => {
  await using mock = await startAuthMock()
  using folder = createFolder()
  const file = folder.path('tokens')
  writeFileSync(file, pack(mock.issueToken()))
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
