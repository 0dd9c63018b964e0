import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import { startAuthMock } from '@tokenward/auth-mock'
import { startProxy } from '@tokenward/test-kit/forward-proxy'
import { listen } from '@tokenward/test-kit/ports'
import { mintToken } from '@tokenward/test-kit/tokens'
import { expect, onTestFinished, test, vi } from 'vitest'
import { findProxy } from '../../src/service/proxy.ts'
import { createFolder, runCli } from '../run-cli.ts'

test.each([
  ['verify', ['verify']],
  ['revoke', ['revoke', '--confirm']],
  ['revoke --file', ['revoke', '--confirm', '--file', 'tokens.txt']],
  ['verify --file', ['verify', '--file', 'tokens.txt']],
  ['doctor', ['doctor']],
])('HTTP_PROXY: every request of %s goes through it', async (_, args) => {
  await using mock = await startAuthMock()
  await using proxy = await startProxy('user:pass%20word')
  using folder = createFolder()
  const input = mock.issueToken()
  writeFileSync(folder.path('tokens.txt'), mock.issueToken())
  const run = { input, env: { HTTP_PROXY: proxy.url, TOKENWARD_BASE_URL: mock.url }, cwd: folder.path('.') }
  expect(await runCli(args, run)).toMatchObject({ code: 0 })
  expect(mock.requests().length).toBeGreaterThan(0)
  expect(proxy.requests).toHaveLength(mock.requests().length)
  expect(proxy.requests[0]).toContain(` ${mock.url}/`)
})

test('NO_PROXY: a host that it names is asked directly', async () => {
  await using mock = await startAuthMock()
  await using proxy = await startProxy()
  const env = { HTTP_PROXY: proxy.url, NO_PROXY: '127.0.0.1', TOKENWARD_BASE_URL: mock.url }
  expect(await runCli(['verify'], { input: mock.issueToken(), env })).toMatchObject({ code: 0 })
  expect(proxy.requests).toEqual([])
})

test('HTTP_PROXY: a token for a service on this machine never leaves it unencrypted', async () => {
  await using mock = await startAuthMock()
  const env = { HTTP_PROXY: 'http://proxy.invalid:3128', TOKENWARD_BASE_URL: mock.url }
  expect(await runCli(['verify'], { input: mock.issueToken(), env })).toMatchObject({ code: 0 })
})

test.each<[service: string, proxy: string, isUsed: boolean]>([
  ['http://127.0.0.1:4010', 'http://proxy.example.test:3128', false],
  ['http://localhost:4010', 'http://proxy.example.test:3128', false],
  ['http://[::1]:4010', 'http://proxy.example.test:3128', false],
  ['http://127.0.0.1:4010', 'http://127.0.0.1:3128', true],
  ['http://auth-mock:4010', 'http://proxy.example.test:3128', true],
  ['http://10.0.0.7:4010', 'http://127.0.0.1:3128', true],
  ['https://127.0.0.1:4010', 'http://proxy.example.test:3128', true],
])('findProxy: %s beside HTTP_PROXY and HTTPS_PROXY of %s', (service, proxy, isUsed) => {
  const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY'].flatMap((name) => [
    name,
    name.toLowerCase(),
  ])
  for (const name of names) vi.stubEnv(name, /^https?/i.test(name) ? proxy : '')
  onTestFinished(() => void vi.unstubAllEnvs())
  expect(findProxy(new URL(service))?.origin).toBe(isUsed ? proxy : undefined)
})

test('doctor: plain HTTP beyond this machine goes through the proxy, and is worth a look', async () => {
  await using mock = await startAuthMock()
  await using proxy = await startProxy()
  const { port } = new URL(mock.url)
  const env = { HTTP_PROXY: proxy.url, TOKENWARD_BASE_URL: `http://my-env.example.test:${port}` }
  const args = ['doctor', '--json', '--no-token', '--allow-insecure-http']
  const { code, stdout } = await runCli(args, { env })
  const { findings } = JSON.parse(stdout) as { findings: unknown[] }
  expect(code).toBe(0)
  expect(findings).toContainEqual({
    check: 'tls',
    status: 'warn',
    message: 'plain HTTP: everything on the way to my-env.example.test can read each token',
    advice: 'give an https: address, except in a test',
  })
  expect(proxy.requests.every((line) => line.includes(` http://my-env.example.test:${port}/`))).toBe(true)
})

test('HTTPS_PROXY: verify, revoke --file and doctor reach a service whose name only the proxy knows', async () => {
  using folder = createFolder()
  const [key, cert] = [folder.path('key.pem'), folder.path('cert.pem')]
  const subject = ['-subj', '/CN=my-env.example.test', '-addext', 'subjectAltName=DNS:my-env.example.test']
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '30']
  execFileSync('openssl', ['req', ...kind, '-keyout', key, '-out', cert, ...subject], { stdio: 'ignore' })
  let served = 0
  const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (request, response) => {
    served += 1
    const isKnown = request.headers.authorization !== undefined
    response.writeHead(isKnown ? 200 : 401).end(isKnown && request.method === 'GET' ? '{"sub":"42"}' : '{}')
  })
  const port = await listen(server)
  try {
    await using proxy = await startProxy()
    const baseUrl = `https://my-env.example.test:${port}`
    const env = { HTTPS_PROXY: proxy.url, NODE_EXTRA_CA_CERTS: cert, TOKENWARD_BASE_URL: baseUrl }
    const input = mintToken()
    writeFileSync(folder.path('tokens.txt'), [mintToken(), mintToken()].join('\n'))
    const cwd = folder.path('.')
    expect(await runCli(['verify'], { input, env, cwd })).toMatchObject({ code: 0 })
    expect(await runCli(['revoke', '--file', 'tokens.txt'], { env, cwd })).toMatchObject({ code: 0 })
    expect(served).toBe(3)
    const { code, stdout } = await runCli(['doctor', '--json'], { input, env, cwd })
    const { findings } = JSON.parse(stdout) as {
      findings: { check: string; status: string; message: string }[]
    }
    expect(findings.filter(({ status }) => status === 'fail')).toEqual([])
    expect(code).toBe(0)
    expect(findings).toContainEqual({
      check: 'proxy',
      status: 'ok',
      message: `everything goes through ${proxy.url}`,
    })
    expect(findings.find(({ check }) => check === 'tls')?.message).toMatch(
      /^TLSv1\.3, certificate by my-env\.example\.test, valid for (30|29) days/,
    )
    expect(new Set(proxy.requests)).toEqual(new Set([`CONNECT my-env.example.test:${port}`]))
  } finally {
    server.closeAllConnections()
    server.close()
  }
})

test.each([
  [
    'nothing listens there',
    async () => ({ url: 'http://127.0.0.1:1' }),
    'nothing answers at the address of the proxy',
  ],
  [
    'it wants credentials',
    async () =>
      startProxy('user:secret-word').then(({ url }) => ({ url: url.replace('user:secret-word@', '') })),
    'the proxy wants a user and a password',
  ],
])('doctor: blames the proxy, and not the environment, where %s', async (_, start, words) => {
  const { url } = await start()
  const { code, stdout } = await runCli(['doctor', '--no-token'], {
    env: { HTTPS_PROXY: url, TOKENWARD_ENV: 'my-env' },
  })
  expect(code).toBe(1)
  expect(stdout).toMatch(/^fail {2}proxy .*cannot be reached through the proxy 127\.0\.0\.1:/m)
  expect(stdout).toContain(words)
  expect(stdout).not.toContain('environment id')
})

test('a proxy variable that holds no address of an HTTP proxy exits with 2 and is not repeated', async () => {
  const env = { HTTPS_PROXY: 'socks5://user:secret-word@127.0.0.1:1080', TOKENWARD_ENV: 'my-env' }
  const { code, stderr } = await runCli(['verify'], { input: 'opaque', env })
  expect(code).toBe(2)
  expect(stderr).toContain('see HTTPS_PROXY')
  expect(stderr).not.toContain('secret-word')
})

test('verify: a proxy that cannot be reached is named beside the service', async () => {
  const env = { HTTPS_PROXY: 'http://127.0.0.1:1', TOKENWARD_ENV: 'my-env' }
  const { code, stderr } = await runCli(['verify', '--retries', '0'], { input: 'opaque', env })
  expect(code).toBe(3)
  expect(stderr).toContain(
    'the service is my-env.api.tcloudbasegateway.com, asked through the proxy 127.0.0.1:1;',
  )
})
