import { startAuthMock } from '@tokenward/auth-mock'
import { expect, test } from 'vitest'
import { runCli } from '../run-cli.ts'
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

test('verify: a text that cannot be a token exits with 1 and names no part of it', async () => {
  await using mock = await startAuthMock()
  const { code, stdout, stderr } = await runCli(['verify', '--base-url', mock.url], { input: 'two words' })
  expect(code).toBe(1)
  expect(stdout).toContain('inactive: it cannot be a bearer token')
  expect(stdout + stderr).not.toContain('two words')
})

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
  ['no environment', ['verify'], 'token', 'see --env and --base-url'],
  ['an unknown region', ['verify', '--env', 'my-env', '--region', 'mars'], 'token', 'ap-shanghai'],
  ['plain HTTP to another machine', ['verify', '--base-url', 'http://example.com'], 'token', 'https'],
])('verify: %s exits with 2', async (_, args, input, words) => {
  const { code, stderr } = await runCli(args, { input })
  expect(code).toBe(2)
  expect(stderr).toContain(words)
})
