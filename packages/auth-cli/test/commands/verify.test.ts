import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { writeFileSync } from 'node:fs'
import { startAuthMock } from '@tokenward/auth-mock'
import { deadAnswers } from '@tokenward/test-kit/dead-answers'
import { expect, onTestFinished, test } from 'vitest'
import { createFolder, runCli } from '../run-cli.ts'
import { startServer } from '../start-server.ts'

test('verify: an active token exits with 0 and tells its claims', async () => {
  await using mock = await startAuthMock({ clientId: 'shop' })
  const token = mock.issueToken({ sub: '42', scope: 'user' })
  const { code, stdout, stderr } = await runCli(['verify', '--base-url', mock.url], { input: `${token}\n` })
  expect({ code, stdout, stderr }).toEqual({
    code: 0,
    stdout: 'active\n  sub       42\n  client_id shop\n  scope     user\n',
    stderr: '',
  })
})

test('verify: --json prints the result of verifyToken on one line', async () => {
  await using mock = await startAuthMock({ clientId: 'shop' })
  const input = mock.issueToken({ sub: '42', scope: 'user' })
  const { stdout } = await runCli(['verify', '--json', '--base-url', mock.url], { input })
  expect(stdout.endsWith('}\n')).toBe(true)
  expect(JSON.parse(stdout)).toEqual({
    active: true,
    token_type: 'Bearer',
    client_id: 'shop',
    sub: '42',
    scope: 'user',
  })
})

test('verify: a dead token exits with 1', async () => {
  await using mock = await startAuthMock()
  const token = mock.issueToken()
  mock.revoke(token)
  const { code, stdout } = await runCli(['verify', '--json', '--base-url', mock.url], { input: token })
  expect(code).toBe(1)
  expect(JSON.parse(stdout)).toEqual({ active: false, reason: 'rejected' })
})

test.each([
  ['with "Bearer" before it', (token: string) => `Bearer ${token}`, '"Bearer" before the token'],
  ['as a whole header', (token: string) => `Authorization: Bearer ${token}`, '"Bearer" before the token'],
  ['in quotes', (token: string) => `"${token}"`, 'quotes around the token'],
  ['in single quotes', (token: string) => `'${token}'`, 'quotes around the token'],
  ['in JSON', (token: string) => `{"access_token":"${token}"}`, 'JSON'],
  ['in a row of CSV', (token: string) => `42,${token}`, 'more than one column'],
  ['after another word', (token: string) => `token ${token}`, 'more than one word'],
  ['cut off', (token: string) => token.slice(0, token.lastIndexOf('.')), 'a part of a token'],
  [
    'cut off within its signature',
    (token: string) => token.slice(0, token.lastIndexOf('.') + 257),
    'a part of a token',
  ],
])(
  'a live token %s: verify and revoke exit with 2, and call it neither dead nor by its name',
  async (_, spell, words) => {
    await using mock = await startAuthMock()
    const token = mock.issueToken()
    for (const command of ['verify', 'revoke']) {
      const { code, stdout, stderr } = await runCli([command, '--base-url', mock.url], {
        input: spell(token),
      })
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
      expect(stderr).toContain(`cannot be sent as a token (${words})`)
      for (const part of token.split('.')) expect(stderr).not.toContain(part)
    }
    expect(mock.requests()).toEqual([])
  },
)

test('a text that the service cannot read as a token: verify and revoke exit with 3, and do not call it dead', async () => {
  await using mock = await startAuthMock()
  for (const [operation, ...args] of [
    ['verifyToken', 'verify'],
    ['revokeToken', 'revoke'],
    ['revokeToken', 'revoke', '--confirm'],
    ['verifyToken', 'revoke', '--confirm'],
  ]) {
    mock.reset()
    mock.fail({ operation: operation as 'verifyToken', error: 'failed_precondition' })
    const { code, stdout, stderr } = await runCli([...args, '--base-url', mock.url], { input: 'a1b2c3d4' })
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
    expect(stderr).toContain('the service cannot read this as a token (status 400)')
  }
})

test('verify: a token that the service cannot read is not called dead because this clock says that it has ended', async () => {
  await using mock = await startAuthMock()
  const input = mock.issueToken({ expiresIn: -5 })
  mock.fail({ error: 'failed_precondition' })
  const { code, stderr } = await runCli(['verify', '--base-url', mock.url], { input })
  expect(code).toBe(3)
  expect(stderr).toContain('the service cannot read this as a token (status 400)')
})

const invalid = deadAnswers.filter(
  ({ status, body }) => status === 400 && (body as { readonly error_code?: unknown }).error_code !== 9,
)

test.each(invalid)(
  '$name: verify and revoke call the token dead, as a guard does',
  async ({ status, body }) => {
    await using mock = await startAuthMock()
    mock.fail({ status, json: body })
    const end = async (...args: string[]): Promise<unknown> => {
      const { code, stdout } = await runCli([...args, '--json', '--base-url', mock.url], {
        input: 'a1b2c3d4',
      })
      return { code, ...(JSON.parse(stdout) as object) }
    }
    expect(await end('verify')).toEqual({ code: 1, active: false, reason: 'rejected' })
    expect(await end('revoke')).toEqual({ code: 0, outcome: 'already_inactive', confirmed: false })
    expect(await end('revoke', '--confirm')).toEqual({
      code: 0,
      outcome: 'already_inactive',
      confirmed: true,
    })
  },
)

test('verify: an answer that begins with a byte order mark is read as the client reads it', async () => {
  const body = `\uFEFF${JSON.stringify({ error: 'invalid_token', error_code: 16 })}`
  const server = createServer((_request, response) => {
    response.writeHead(400, { 'content-type': 'application/json' }).end(body)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  const { code } = await runCli(['verify', '--json', '--base-url', `http://127.0.0.1:${port}`], {
    input: 'a1b2c3d4',
  })
  expect(code).toBe(1)
})

test.each([-60, -3_600 * 24 * 365 * 20])(
  'verify: asks the service also about a token whose end passed %d seconds ago by the clock of this machine',
  async (expiresIn) => {
    let now = Date.now()
    await using mock = await startAuthMock({ clock: () => now })
    const input = mock.issueToken({ expiresIn })
    const dead = await runCli(['verify', '--json', '--base-url', mock.url], { input })
    expect(dead.code).toBe(1)
    expect(JSON.parse(dead.stdout)).toEqual({ active: false, reason: 'expired' })
    expect(mock.requests()).toHaveLength(1)
    now += (expiresIn - 60) * 1_000
    expect(await runCli(['verify', '--base-url', mock.url], { input })).toMatchObject({ code: 0 })
  },
)

test.each(['utf16le', 'utf16be', 'utf16le without a mark'])(
  'a live token on stdin in %s: verify exits with 2 and says so',
  async (encoding) => {
    await using mock = await startAuthMock()
    const mark = encoding.endsWith('mark') ? '' : '\u{feff}'
    const bytes = Buffer.from(`${mark}${mock.issueToken()}\r\n`, 'utf16le')
    const input = encoding === 'utf16be' ? bytes.swap16() : bytes
    const { code, stderr } = await runCli(['verify', '--base-url', mock.url], { input })
    expect({ code, stderr }).toEqual({ code: 2, stderr: 'error: stdin is UTF-16: save it as UTF-8\n' })
  },
)

test('verify: a byte order mark before the token is no part of it', async () => {
  await using mock = await startAuthMock()
  const input = `\u{feff}${mock.issueToken()}\r\n`
  expect(await runCli(['verify', '--base-url', mock.url], { input })).toMatchObject({ code: 0 })
})

test.each([
  ['the environment', ['--env', 'other-env'], {}],
  ['the client id', ['--client-id', 'other-shop'], {}],
  ['the client id of the environment variable', [], { TOKENWARD_CLIENT_ID: 'other-shop' }],
])(
  'a token issued for another one than %s: verify asks and warns, revoke sends nothing and exits with 4',
  async (_, args, env) => {
    await using mock = await startAuthMock({ clientId: 'shop' })
    const input = mock.issueToken()
    const service = ['--base-url', mock.url, ...args]
    const verified = await runCli(['verify', '--json', ...service], { input, env })
    expect(verified.code).toBe(0)
    expect(verified.stderr).toMatch(/^warning: the token was issued for shop, not for other-/)
    const revoked = await runCli(['revoke', ...service], { input, env })
    expect(revoked).toMatchObject({ code: 4, stdout: '' })
    expect(revoked.stderr).toContain('the token was not sent and may be alive: the token was issued for shop')
    expect(mock.requests().map(({ operation }) => operation)).toEqual(['verifyToken'])
    const insisted = await runCli(['revoke', '--any-environment', ...service], { input, env })
    expect(insisted).toMatchObject({ code: 0, stderr: '' })
  },
)

test.each([
  ['the environment is the project', ['--env', 'SHOP', '--client-id', 'other']],
  ['the client id is the audience', ['--client-id', 'shop', '--env', 'other-env']],
  ['--base-url alone tells neither', []],
])('a token is not foreign where %s', async (_, args) => {
  await using mock = await startAuthMock({ clientId: 'shop' })
  const service = ['--base-url', mock.url, ...args]
  const { code, stderr } = await runCli(['revoke', ...service], { input: mock.issueToken() })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
})

test('a service that cannot be reached: verify and revoke name its host', async () => {
  for (const command of ['verify', 'revoke']) {
    const args = [command, '--base-url', 'http://127.0.0.1:1', '--retries', '0']
    const { code, stderr } = await runCli(args, { input: 'opaque' })
    expect(code).toBe(3)
    expect(stderr).toContain('the service is 127.0.0.1:1')
  }
})

test.each([[], ['--json']])(
  'verify: control characters of the service reach neither stdout nor stderr %s',
  async (...args) => {
    const hostile = 'evil\u001b]0;owned\u0007\u001b[2J\r\nerror: forged\u009b31m\u202etxt\u2028'
    await using server = await startServer((_, response) => {
      response
        .writeHead(400)
        .end(JSON.stringify({ error: hostile, error_description: hostile, request_id: hostile }))
    })
    await using active = await startServer((_, response) => {
      response.end(JSON.stringify({ sub: hostile, scope: hostile, client_id: hostile, token_type: 'Bearer' }))
    })
    for (const { url } of [server, active]) {
      const { stdout, stderr } = await runCli(['verify', '--base-url', url, '--retries', '0', ...args], {
        input: 'opaque',
      })
      // oxlint-disable-next-line no-control-regex -- control characters are what it is about
      expect(stdout + stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e]/)
      expect(stderr).not.toMatch(/^error: forged/m)
      expect(stdout + stderr).toContain('evil')
    }
  },
)

test('verify: an outage exits with 3, not with the code of a dead token', async () => {
  await using mock = await startAuthMock()
  mock.fail({ operation: 'verifyToken', status: 503 })
  const args = ['verify', '--base-url', mock.url, '--retries', '0']
  const { code, stdout, stderr } = await runCli(args, { input: mock.issueToken() })
  expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
  expect(stderr).toMatch(/^error: verifyToken failed with status 503 \(unavailable\); request id \w+\n$/)
})

test('verify: with --json, an error is the result', async () => {
  await using mock = await startAuthMock()
  mock.fail({ operation: 'verifyToken', status: 503 })
  const args = ['verify', '--base-url', mock.url, '--retries', '0', '--json']
  const { code, stdout, stderr } = await runCli(args, { input: mock.issueToken() })
  expect({ code, stderr }).toEqual({ code: 3, stderr: '' })
  expect(JSON.parse(stdout)).toMatchObject({ error: { name: 'AuthApiError', code: 'api', status: 503 } })
})

test('verify: TOKENWARD_TOKEN comes before stdin, and that is said', async () => {
  await using mock = await startAuthMock()
  const env = { TOKENWARD_TOKEN: mock.issueToken({ sub: 'env' }), TOKENWARD_BASE_URL: mock.url }
  const { stdout, stderr } = await runCli(['verify'], { env, input: mock.issueToken({ sub: 'stdin' }) })
  expect(stdout).toContain('env')
  expect(stderr).toBe('token taken from TOKENWARD_TOKEN\n')
})

test('verify: an option comes before its environment variable', async () => {
  await using mock = await startAuthMock()
  const env = { TOKENWARD_BASE_URL: 'http://127.0.0.1:1' }
  const { code } = await runCli(['verify', '--base-url', mock.url], { env, input: mock.issueToken() })
  expect(code).toBe(0)
})

test('verify: the service cannot make it print the token or steer the terminal', async () => {
  await using mock = await startAuthMock()
  const token = mock.issueToken()
  await using server = await startServer((_, response) => {
    response.end(JSON.stringify({ sub: `${token}\u001b[2J`, scope: 'x'.repeat(499 - 20) + token }))
  })
  const { stdout } = await runCli(['verify', '--base-url', server.url], { input: token })
  expect(stdout).toContain('[redacted]')
  expect(stdout).not.toContain(token.slice(0, 10))
  expect(stdout).not.toContain('\u001b')
})

test.each([
  ['no token', ['verify', '--env', 'my-env'], '', 'no token'],
  ['two tokens', ['verify', '--env', 'my-env'], 'one\ntwo\n', 'more than one line'],
  ['no environment', ['verify'], 'token', 'no service is named: give --env'],
  ['an unknown region', ['verify', '--env', 'my-env', '--region', 'mars'], 'token', 'ap-shanghai'],
  ['plain HTTP to another machine', ['verify', '--base-url', 'http://example.com'], 'token', 'https'],
])('verify: %s exits with 2', async (_, args, input, words) => {
  const { code, stderr } = await runCli(args, { input })
  expect(code).toBe(2)
  expect(stderr).toContain(words)
})

test.each([
  ['active', 0],
  ['revoked', 1],
])(
  'verify: where this clock is two days ahead, an %s token is what the service says',
  async (state, expected) => {
    const twoDays = 172_800_000
    await using mock = await startAuthMock({ clock: () => Date.now() - twoDays })
    using folder = createFolder()
    const input = mock.issueToken()
    if (state === 'revoked') mock.revoke(input)
    writeFileSync(folder.path('tokens.txt'), input)
    const [one, many] = [[], ['--file', folder.path('tokens.txt')]].map((args) => [
      'verify',
      '--base-url',
      mock.url,
      ...args,
    ]) as [string[], string[]]
    const { code, stdout } = await runCli(one, { input })
    expect(code).toBe(expected)
    if (state === 'revoked') expect(stdout).toBe('inactive: its own expiry has passed\n')
    expect(await runCli(many)).toMatchObject({ code: expected })
  },
)
