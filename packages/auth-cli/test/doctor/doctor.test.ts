import { startAuthMock } from '@tokenward/auth-mock'
import { expect, test } from 'vitest'
import { runCli, type CliResult } from '../run-cli.ts'
import { startServer } from '../start-server.ts'

interface Finding {
  readonly check: string
  readonly status: string
  readonly message: string
  readonly advice?: string
  readonly claims?: Record<string, unknown>
}

async function examine(args: readonly string[], input = ''): Promise<CliResult & { findings: Finding[] }> {
  const result = await runCli(['doctor', '--json', ...args], { input })
  return { ...result, findings: (JSON.parse(result.stdout) as { findings: Finding[] }).findings }
}

const statusOf = (findings: readonly Finding[]): Record<string, string> =>
  Object.fromEntries(findings.map(({ check, status }) => [check, status]))

const find = (findings: readonly Finding[], check: string): Finding | undefined =>
  findings.find((finding) => finding.check === check)

test('doctor: finds nothing to mend where nothing is wrong', async () => {
  await using mock = await startAuthMock({ allowedOrigins: ['http://localhost:5173'] })
  const args = [
    '--base-url',
    mock.url,
    '--origin',
    'http://localhost:5173',
    '--device-id',
    'device-0123456789',
  ]
  const { code, findings } = await examine(args, mock.issueToken())
  expect(code).toBe(0)
  expect(statusOf(findings)).toEqual({
    host: 'ok',
    proxy: 'skip',
    dns: 'skip',
    tls: 'skip',
    answer: 'ok',
    clock: 'ok',
    latency: 'ok',
    origin: 'ok',
    'device id': 'ok',
    'token itself': 'ok',
    'token at the service': 'ok',
  })
})

test('doctor: prints a line for each check to people, and what to do', async () => {
  await using mock = await startAuthMock()
  const args = ['doctor', '--base-url', mock.url, '--no-token', '--device-id', 'short']
  const { code, stdout } = await runCli(args)
  expect(code).toBe(0)
  expect(stdout).toMatch(/^ok {4}host /m)
  expect(stdout).toMatch(/^warn {2}device id .*\n {6}→ .*16 to 48/m)
})

test('doctor: says what a token says of itself, without the user and without the token', async () => {
  await using mock = await startAuthMock({ clientId: 'shop' })
  const token = mock.issueToken({ sub: '1849755119840497664' })
  const { stdout, findings } = await examine(['--base-url', mock.url], token)
  expect(find(findings, 'token itself')?.claims).toMatchObject({
    alg: 'RS256',
    aud: 'shop',
    scope: 'user sso',
    sub: '1849…',
    meta: '[redacted]',
    at_hash: '[redacted]',
  })
  expect(stdout).not.toContain('1849755')
  for (const part of token.split('.')) expect(stdout).not.toContain(part)
})

test('doctor: tells an expired token from one that the service has ended', async () => {
  await using mock = await startAuthMock()
  const revoked = mock.issueToken()
  mock.revoke(revoked)
  const args = ['--base-url', mock.url]
  const expired = await examine(args, mock.issueToken({ expiresIn: -3600 }))
  const ended = await examine(args, revoked)
  expect([expired.code, ended.code]).toEqual([1, 1])
  expect(find(expired.findings, 'token itself')).toMatchObject({
    status: 'fail',
    message: expect.stringMatching(/^expired 1 hour( and 1 second)? ago$/),
  })
  expect(find(ended.findings, 'token itself')?.status).toBe('ok')
  expect(find(ended.findings, 'token at the service')).toMatchObject({
    status: 'fail',
    message: 'inactive (rejected)',
  })
})

test('doctor: a text that the service cannot read as a token is not called dead', async () => {
  await using mock = await startAuthMock()
  const { code, findings } = await examine(['--base-url', mock.url], 'a1b2c3d4')
  expect(code).toBe(1)
  expect(find(findings, 'token at the service')).toMatchObject({
    status: 'fail',
    message: 'the service cannot read it as a token (status 400)',
  })
})

test('doctor: of a text that cannot be sent, it says that the service was not asked', async () => {
  await using mock = await startAuthMock()
  const { code, findings } = await examine(['--base-url', mock.url], `Bearer ${mock.issueToken()}`)
  expect(code).toBe(1)
  expect(find(findings, 'token itself')?.status).toBe('fail')
  expect(find(findings, 'token at the service')).toMatchObject({
    status: 'skip',
    message: 'not asked: it cannot be sent as a token',
  })
})

test('doctor: of a certificate that the service made itself, it blames nothing in between', async () => {
  await using mock = await startAuthMock({ https: true })
  const { code, findings } = await examine(['--base-url', mock.url, '--no-token'])
  expect(code).toBe(1)
  expect(find(findings, 'tls')?.advice).toBe(
    'the service made it itself, as a mock does: add it with NODE_EXTRA_CA_CERTS',
  )
})

test('doctor: an origin that is not listed fails, with the place to add it', async () => {
  await using mock = await startAuthMock({ allowedOrigins: ['http://localhost:5173'] })
  const args = ['--base-url', mock.url, '--origin', 'https://app.example.com', '--no-token']
  const { code, findings } = await examine(args)
  expect(code).toBe(1)
  expect(find(findings, 'origin')).toMatchObject({
    status: 'fail',
    advice: 'add app.example.com to the environment’s security domains; a change takes up to 10 minutes',
  })
})

test.each([
  [-30, 'warn', 'ahead of'],
  [3_600, 'fail', 'behind'],
])('doctor: a service whose clock differs by %d s is a %s', async (seconds, status, words) => {
  await using server = await startServer((_, response) => {
    response.setHeader('date', new Date(Date.now() + seconds * 1_000).toUTCString())
    response.writeHead(401).end('{}')
  })
  const { findings } = await examine(['--base-url', server.url, '--no-token'])
  const finding = find(findings, 'clock')
  expect(finding?.status).toBe(status)
  expect(finding?.message).toContain(words)
  expect(finding?.advice).toContain('NTP')
})

test.each([
  ['a page', 200, {}, '<html>', 'not the auth service'],
  ['a cache that repeats an answer', 200, {}, '{"sub":"42"}', 'another service or a cache'],
  ['a redirect', 302, { location: 'https://example.com/' }, '', 'never followed'],
  ['an outage', 503, {}, '', 'failing'],
  ['an unknown environment', 404, {}, '{"code":"INVALID_ENV"}', 'does not serve this environment'],
])('doctor: %s in place of the service fails and says why', async (_, status, headers, body, words) => {
  await using server = await startServer((_request, response) => {
    response.writeHead(status, headers).end(body)
  })
  const { code, findings } = await examine(['--base-url', server.url, '--no-token'])
  expect(code).toBe(1)
  expect(find(findings, 'answer')?.status).toBe('fail')
  expect(find(findings, 'answer')?.advice).toContain(words)
})

test('doctor: a closed port is found, and nothing is asked of it after that', async () => {
  const { code, findings } = await examine([
    '--base-url',
    'http://127.0.0.1:1',
    '--origin',
    'http://localhost',
  ])
  expect(code).toBe(1)
  expect(find(findings, 'answer')?.message).toBe('the service cannot be reached (ECONNREFUSED)')
  expect(find(findings, 'origin')).toMatchObject({ status: 'skip' })
})

test('doctor: a name that does not resolve points at environment and region', async () => {
  const { code, findings } = await examine(['--base-url', 'https://no-such-host.invalid', '--no-token'])
  expect(code).toBe(1)
  expect(find(findings, 'dns')).toMatchObject({ status: 'fail' })
})

test('doctor: a port that does not speak TLS fails at that step', async () => {
  await using server = await startServer((_, response) => response.end('{}'))
  const url = server.url.replace('http:', 'https:')
  const { findings } = await examine(['--base-url', url, '--no-token'])
  expect(find(findings, 'answer')?.advice).toBe('that port does not speak TLS: check the address')
})

test('doctor: an address in place of an origin exits with 2', async () => {
  const { code } = await runCli(['doctor', '--env', 'my-env', '--origin', 'https://app.example.com/path'])
  expect(code).toBe(2)
})

test('doctor: a connection that breaks on the way is a finding, too', async () => {
  let left = 2
  await using server = await startServer((request, response) => {
    if ((left -= 1) < 0) request.socket.destroy()
    else response.writeHead(401).end('{}')
  })
  const { code, findings } = await examine(['--base-url', server.url, '--no-token'])
  expect(code).toBe(1)
  expect(findings).toContainEqual(
    expect.objectContaining({ status: 'fail', message: 'the service cannot be reached (ECONNRESET)' }),
  )
})

test.each([
  [-115_200, 'this machine is 1 day and 8 hours ahead of the service'],
  [5_400, 'this machine is 1 hour and 30 minutes behind the service'],
])('doctor: a clock that differs by %d s is described as people say it', async (seconds, words) => {
  await using server = await startServer((_, response) => {
    // Well within the minute, whatever the test takes.
    response.setHeader(
      'date',
      new Date(Date.now() + (seconds + Math.sign(seconds) * 10) * 1_000).toUTCString(),
    )
    response.writeHead(401).end('{}')
  })
  const { findings } = await examine(['--base-url', server.url, '--no-token'])
  expect(find(findings, 'clock')?.message).toBe(words)
})

test.each([
  ['without headers', 200, {}, 'no page'],
  ['of another kind', 204, {}, ''],
  ['without CORS headers', 401, {}, '{}'],
])('doctor: never prints undefined or NaN for an answer %s', async (_, status, headers, body) => {
  await using server = await startServer((_request, response) => {
    response.sendDate = false
    response.writeHead(status, headers).end(body)
  })
  const args = ['doctor', '--base-url', server.url, '--origin', 'http://localhost:5173']
  for (const json of [[], ['--json']]) {
    const { stdout } = await runCli([...args, ...json], { input: unsigned({}) })
    expect(stdout).not.toMatch(/undefined|NaN|null\b|\[object/)
  }
})

test('doctor: ends with one line that sums up', async () => {
  await using mock = await startAuthMock({ clientId: 'shop' })
  const last = async (args: readonly string[], input = ''): Promise<string | undefined> =>
    (await runCli(['doctor', '--base-url', mock.url, ...args], { input })).stdout.trimEnd().split('\n').at(-1)
  expect(await last(['--no-token'])).toBe('nothing to mend')
  expect(await last(['--no-token', '--device-id', 'short'])).toBe('works; to be looked at: device id')
  const revoked = mock.issueToken()
  mock.revoke(revoked)
  expect(await last(['--device-id', 'short'], revoked)).toBe(
    'to be mended: token at the service; to be looked at: device id',
  )
})

test('doctor: compares whom the token was issued for with the run, and does not ask the reader to', async () => {
  await using mock = await startAuthMock({ clientId: 'shop' })
  const { code, findings } = await examine(['--base-url', mock.url, '--env', 'other-env'], mock.issueToken())
  expect(code).toBe(1)
  expect(find(findings, 'token itself')).toMatchObject({
    status: 'fail',
    advice: 'the token was issued for shop, not for other-env: name its own with --env and --client-id',
  })
})

function unsigned(claims: object): string {
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${encode({ alg: 'none' })}.${encode(claims)}.${encode({})}`
}
