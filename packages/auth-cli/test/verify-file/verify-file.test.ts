import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { type AuthMock, startAuthMock } from '@tokenward/auth-mock'
import { mintToken } from '@tokenward/test-kit/tokens'
import { expect, test } from 'vitest'
import { createFolder, runCli } from '../run-cli.ts'

function issue(mock: AuthMock, count: number): string[] {
  return Array.from({ length: count }, () => mock.issueToken({ signed: false }))
}

/** Issues an opaque token, and ends it. */
function end(mock: AuthMock, token: string): string[] {
  mock.revoke(mock.issueToken({ token }))
  return [token]
}

test('verify --file: counts how many are alive, revokes none and leaves no file behind', async () => {
  await using mock = await startAuthMock()
  using folder = createFolder()
  const [dead = '', ...tokens] = issue(mock, 4)
  mock.revoke(dead)
  writeFileSync(folder.path('tokens.txt'), [dead, ...tokens, tokens[0]].join('\n'))
  const args = ['verify', '--base-url', mock.url, '--file', 'tokens.txt']
  const { code, stdout, stderr } = await runCli(args, { cwd: folder.path('.') })
  expect({ code, stdout, stderr }).toEqual({
    code: 0,
    stdout: '3 active\n1 inactive\n1 line repeated\n',
    stderr: '',
  })
  expect(mock.tokens().filter(({ state }) => state === 'active')).toHaveLength(3)
  expect(mock.requests().every(({ operation }) => operation === 'verifyToken')).toBe(true)
  expect(readdirSync(folder.path('.'))).toEqual(['tokens.txt'])
})

test('verify --file --report: writes the state, the user and the end of each token, and never the token', async () => {
  await using mock = await startAuthMock()
  using folder = createFolder()
  const [alive, dead] = ['41', '42'].map((sub) => mock.issueToken({ sub })) as [string, string]
  mock.revoke(dead)
  writeFileSync(folder.path('tokens.txt'), [alive, dead, 'two words'].join('\n'))
  const args = ['verify', '--json', '--base-url', mock.url, '--file', 'tokens.txt', '--report', 'states.csv']
  const { code, stdout } = await runCli(args, { cwd: folder.path('.') })
  expect(code).toBe(3)
  expect(JSON.parse(stdout)).toEqual({
    active: 1,
    inactive: 1,
    foreign: 0,
    unknown: 0,
    unreadable: 0,
    malformed: 1,
    duplicate: 0,
    stopped: null,
    complete: true,
    untried: 0,
    report: 'states.csv',
  })
  const report = readFileSync(folder.path('states.csv'), 'utf8')
  const [header, ...rows] = report.trim().split('\n')
  expect(header).toBe('line,outcome,detail,sub,expires')
  expect(rows.sort()).toEqual([
    expect.stringMatching(/^1,active,,41,\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    expect.stringMatching(/^2,inactive,rejected,42,\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    '3,malformed,more than one word,,',
  ])
  for (const part of [alive, dead].flatMap((token) => token.split('.')))
    expect(report + stdout).not.toContain(part)
})

test.each([
  [
    'every token is dead',
    1,
    (mock: AuthMock) => issue(mock, 2).map((token) => (mock.revoke(token), token)),
    [],
  ],
  ['there is no token', 2, () => ['# none'], []],
  ['a token has ended by itself', 1, () => [mintToken({ exp: 1, aud: 'shop' })], ['--env', 'other']],
  [
    'a foreign token is not known here',
    4,
    (mock: AuthMock) => [mintToken({ aud: 'shop' }), ...end(mock, 'opaque')],
    ['--env', 'other'],
  ],
  ['one line is unusable', 3, (mock: AuthMock) => [...issue(mock, 1), 'Bearer x'], []],
  ['one token is alive', 0, (mock: AuthMock) => [...issue(mock, 1), mintToken()], []],
  ['the service cannot read one as a token', 3, (mock: AuthMock) => [...issue(mock, 1), 'a1b2c3'], []],
])('verify --file: when %s, it exits with %d', async (_, code, arrange, args) => {
  await using mock = await startAuthMock()
  using folder = createFolder()
  writeFileSync(folder.path('tokens.txt'), arrange(mock).join('\n'))
  const command = ['verify', '--base-url', mock.url, '--file', folder.path('tokens.txt'), ...args]
  expect(await runCli(command)).toMatchObject({ code })
})

test('verify --file: a service that cannot be asked is not known, and exits with 3', async () => {
  await using mock = await startAuthMock()
  using folder = createFolder()
  writeFileSync(folder.path('tokens.txt'), issue(mock, 3).join('\n'))
  mock.fail({ operation: 'verifyToken', status: 500, times: 1 })
  const args = ['verify', '--json', '--base-url', mock.url, '--file', folder.path('tokens.txt')]
  const { code, stdout } = await runCli(args)
  expect(code).toBe(3)
  expect(JSON.parse(stdout)).toMatchObject({ active: 2, unknown: 1, inactive: 0 })
})
