// The ways to the service that users choose: agents of their own, for proxies and certificates.
import { mkdtempSync, rmSync } from 'node:fs'
import { Agent as HttpAgent } from 'node:http'
import { Agent, createServer, type ServerOptions } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TLSSocket } from 'node:tls'
import { startAuthMock } from '@tokenward/auth-mock'
import { createCertificates, type Certificates } from '@tokenward/test-kit/certificates'
import { startProxy } from '@tokenward/test-kit/forward-proxy'
import { listen } from '@tokenward/test-kit/ports'
import { HttpProxyAgent } from 'http-proxy-agent'
import { HttpsProxyAgent } from 'https-proxy-agent'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { createAuthClient } from '../../src/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'tokenward-agent-'))
let certificates: Certificates
beforeAll(() => {
  certificates = createCertificates(folder, 'auth.example.test')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A service over TLS that calls every token alive, and tells who the client's certificate names. */
async function serveTls(options: ServerOptions = {}): Promise<number> {
  const server = createServer({ ...certificates.server, ...options }, (request, response) => {
    const { subject } = (request.socket as TLSSocket).getPeerCertificate()
    response.end(JSON.stringify({ sub: (subject as { CN?: string } | undefined)?.CN ?? '42' }))
  })
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return listen(server)
}

test('createAuthClient: an agent of its own trusts its own authority', async () => {
  const baseUrl = `https://127.0.0.1:${await serveTls()}`
  const untrusting = createAuthClient({ baseUrl, maxRetries: 0 })
  await expect(untrusting.verifyToken('opaque')).rejects.toMatchObject({
    code: 'network',
    reason: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  })
  const agent = new Agent({ keepAlive: true, ca: certificates.authority.cert })
  onTestFinished(() => agent.destroy())
  const auth = createAuthClient({ baseUrl, agent })
  expect(await auth.verifyToken('opaque')).toMatchObject({ active: true, sub: '42' })
})

test('createAuthClient: an agent of its own shows a client certificate', async () => {
  const { authority, client } = certificates
  const port = await serveTls({ requestCert: true, rejectUnauthorized: true, ca: authority.cert })
  const baseUrl = `https://localhost:${port}`
  const stranger = new Agent({ ca: authority.cert })
  const refused = createAuthClient({ baseUrl, agent: stranger, maxRetries: 0 })
  await expect(refused.verifyToken('opaque')).rejects.toMatchObject({ code: 'network' })
  const agent = new Agent({ ca: authority.cert, ...client })
  const auth = createAuthClient({ baseUrl, agent })
  expect(await auth.verifyToken('opaque')).toMatchObject({ active: true, sub: 'client' })
})

test('createAuthClient: an agent of its own decides how many connections there are', async () => {
  await using mock = await startAuthMock()
  const agent = new HttpAgent({ keepAlive: true, maxSockets: 1 })
  onTestFinished(() => agent.destroy())
  const auth = createAuthClient({ baseUrl: mock.url, agent })
  const calls = Array.from({ length: 5 }, () => auth.verifyToken(mock.issueToken()))
  expect(Object.values(agent.sockets).flat()).toHaveLength(1)
  expect((await Promise.all(calls)).every(({ active }) => active)).toBe(true)
})

test('createAuthClient: a proxy agent sends plain HTTP through the proxy, with its credentials', async () => {
  await using mock = await startAuthMock()
  await using proxy = await startProxy('user:pass%20word')
  const auth = createAuthClient({ baseUrl: mock.url, agent: new HttpProxyAgent(proxy.url) })
  const token = mock.issueToken({ sub: '42' })
  expect(await auth.verifyToken(token)).toMatchObject({ active: true, sub: '42' })
  expect(await auth.revokeAndVerifyToken(token)).toEqual({ outcome: 'revoked' })
  expect(proxy.requests).toEqual([
    `GET ${mock.url}/auth/v1/token/introspect`,
    `POST ${mock.url}/auth/v1/revoke`,
    `GET ${mock.url}/auth/v1/token/introspect`,
  ])
})

test('createAuthClient: a proxy agent reaches a service over TLS whose name only the proxy knows', async () => {
  await using proxy = await startProxy('user:pass%20word')
  const host = `auth.example.test:${await serveTls()}`
  const agent = new HttpsProxyAgent(proxy.url, { keepAlive: true })
  // Its own options are for the connection to the proxy; these are for the service.
  Object.assign(agent.options, { ca: certificates.authority.cert })
  onTestFinished(() => agent.destroy())
  const auth = createAuthClient({ baseUrl: `https://${host}`, agent })
  expect(await auth.verifyToken('opaque')).toMatchObject({ active: true })
  expect(await auth.verifyToken('other')).toMatchObject({ active: true })
  expect(proxy.requests).toEqual([`CONNECT ${host}`])
})

test('verifyToken: an agent for another protocol is named as the mistake, at the first try', async () => {
  const sent = vi.fn<() => void>()
  const auth = createAuthClient({ env: 'shop', agent: new HttpAgent(), onRequest: sent })
  await expect(auth.verifyToken('opaque')).rejects.toMatchObject({
    code: 'configuration',
    argument: 'agent',
    message: 'agent must be for the protocol of the service, which is https:',
  })
  expect(sent).toHaveBeenCalledOnce()
})

test('verifyToken: an agent with a setting that Node refuses is no outage', async () => {
  const sent = vi.fn<() => void>()
  const agent = new HttpAgent({ timeout: '5000' as unknown as number })
  const auth = createAuthClient({ baseUrl: 'http://127.0.0.1:9', agent, onRequest: sent })
  await expect(auth.verifyToken('opaque')).rejects.toMatchObject({
    code: 'configuration',
    message: 'agent makes Node refuse the request (ERR_INVALID_ARG_TYPE)',
  })
  expect(sent).toHaveBeenCalledOnce()
})

test('verifyToken: an agent on another runtime is named as the mistake', async () => {
  vi.stubGlobal('navigator', { userAgent: 'Deno/2' })
  onTestFinished(() => void vi.unstubAllGlobals())
  const auth = createAuthClient({ env: 'shop', agent: new HttpAgent() })
  await expect(auth.verifyToken('opaque')).rejects.toMatchObject({
    code: 'configuration',
    argument: 'agent',
    message: 'agent works on Node only; on another runtime, give a fetch',
  })
})

const kinds = 'agent must be an agent of node:http or node:https, or one made like them, not'

test.each<[what: string, agent: unknown, message: string, fetch?: typeof globalThis.fetch]>([
  ['what is no agent', { keepAlive: true }, `${kinds} an object`],
  ['null', null, `${kinds} null`],
  ['a URL, which may hold a password, without showing it', 'http://me:secret@127.0.0.1', `${kinds} a string`],
  ['an agent beside a fetch', new HttpAgent(), 'agent cannot be given together with fetch', globalThis.fetch],
])('createAuthClient: refuses %s', (_what, agent, message, fetch) => {
  const options = { env: 'shop', agent, ...(fetch && { fetch }) } as Parameters<typeof createAuthClient>[0]
  const text: unknown = expect.stringMatching(new RegExp(`${message}$`))
  expect(() => createAuthClient(options)).toThrow(
    expect.objectContaining({ code: 'configuration', argument: 'agent', message: text }),
  )
})
