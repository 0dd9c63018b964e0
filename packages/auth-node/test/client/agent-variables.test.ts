// Node's own variables for proxies and certificates, each tried in a process of its own, because Node reads them when it starts.
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { startAuthMock } from '@tokenward/auth-mock'
import { createCertificates, type Certificates } from '@tokenward/test-kit/certificates'
import { startProxy } from '@tokenward/test-kit/forward-proxy'
import { listen } from '@tokenward/test-kit/ports'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'tokenward-agent-'))
let certificates: Certificates
beforeAll(() => {
  certificates = createCertificates(folder, 'auth.example.test')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A service over TLS that calls every token alive. */
async function serveTls(): Promise<number> {
  const server = createServer(certificates.server, (_request, response) =>
    response.end(JSON.stringify({ sub: '42' })),
  )
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return listen(server)
}

/** Verifies one token in a process of its own, and resolves to what it prints. */
async function verifyIn(env: NodeJS.ProcessEnv, ...flags: string[]): Promise<string> {
  const program = `
    import { createAuthClient } from '@tokenward/auth-node'
    const result = await createAuthClient({ maxRetries: 0 }).verifyToken('opaque').catch((error) => error)
    console.log(result.sub ?? result.reason ?? String(result))`
  const args = [...flags, '--input-type=module', '--eval', program]
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    cwd: import.meta.dirname,
    env: { PATH: process.env['PATH'], NODE_OPTIONS: process.env['NODE_OPTIONS'], ...env },
  })
  return stdout.trim()
}

test('NODE_EXTRA_CA_CERTS: its authorities are trusted without an agent', async () => {
  const TOKENWARD_BASE_URL = `https://127.0.0.1:${await serveTls()}`
  expect(await verifyIn({ TOKENWARD_BASE_URL })).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE')
  const NODE_EXTRA_CA_CERTS = certificates.authorityFile
  expect(await verifyIn({ TOKENWARD_BASE_URL, NODE_EXTRA_CA_CERTS })).toBe('42')
})

test.each([
  ['NODE_USE_ENV_PROXY', { NODE_USE_ENV_PROXY: '1' }, []],
  ['--use-env-proxy', {}, ['--use-env-proxy']],
])(
  '%s: requests go through the proxy of the variables, those to this machine as well',
  async (_name, env, flags) => {
    await using proxy = await startProxy()
    const port = await serveTls()
    const common = { ...env, HTTPS_PROXY: proxy.url, NODE_EXTRA_CA_CERTS: certificates.authorityFile }
    for (const host of ['auth.example.test', '127.0.0.1']) {
      const TOKENWARD_BASE_URL = `https://${host}:${port}`
      expect(await verifyIn({ ...common, TOKENWARD_BASE_URL }, ...flags)).toBe('42')
      expect(proxy.requests.at(-1)).toBe(`CONNECT ${host}:${port}`)
    }
    const TOKENWARD_BASE_URL = `https://127.0.0.1:${port}`
    expect(await verifyIn({ ...common, TOKENWARD_BASE_URL, NO_PROXY: '127.0.0.1' }, ...flags)).toBe('42')
    expect(proxy.requests).toHaveLength(2)
  },
)

test('NODE_USE_ENV_PROXY: plain HTTP to this machine goes through the proxy, unless NO_PROXY names it', async () => {
  await using mock = await startAuthMock()
  await using proxy = await startProxy()
  const env = { NODE_USE_ENV_PROXY: '1', HTTP_PROXY: proxy.url, TOKENWARD_BASE_URL: mock.url }
  expect(await verifyIn(env)).toBe('rejected')
  expect(proxy.requests).toEqual([`GET ${mock.url}/auth/v1/token/introspect`])
  expect(await verifyIn({ ...env, NO_PROXY: '127.0.0.1' })).toBe('rejected')
  expect(proxy.requests).toHaveLength(1)
  expect(mock.requests()).toHaveLength(2)
})
