import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { AuthConfigurationError, type AuthClientOptions, createAuthClient } from '../../src/index.ts'
import { clientOver, fakeService, json, mintToken } from '../fake-service.ts'

async function addressOf(options: AuthClientOptions): Promise<string> {
  const service = fakeService(json({}))
  await createAuthClient({ ...options, fetch: service.fetch }).verifyToken(mintToken())
  return service.requests[0]?.url.replace('/auth/v1/token/introspect', '') ?? ''
}

describe('the address', () => {
  test.each([
    [{ env: 'my-env' }, 'https://my-env.api.tcloudbasegateway.com'],
    [{ env: 'my-env', region: 'ap-shanghai' }, 'https://my-env.api.tcloudbasegateway.com'],
    [{ env: 'my-env', region: 'ap-hongkong' }, 'https://my-env.api.tcloudbasegateway.com'],
    [{ env: 'my-env', region: 'ap-singapore' }, 'https://my-env.api.intl.tcloudbasegateway.com'],
    [{ baseUrl: 'https://auth.example.com' }, 'https://auth.example.com'],
    [{ baseUrl: 'https://auth.example.com/' }, 'https://auth.example.com'],
    [{ baseUrl: 'https://auth.example.com//' }, 'https://auth.example.com'],
    [{ baseUrl: 'https://example.com/cloudbase/' }, 'https://example.com/cloudbase'],
    [{ baseUrl: 'http://localhost:4010' }, 'http://localhost:4010'],
    [{ baseUrl: 'http://127.0.0.1:4010' }, 'http://127.0.0.1:4010'],
    [{ baseUrl: 'http://127.0.0.10:4010' }, 'http://127.0.0.10:4010'],
    [{ baseUrl: 'http://[::1]:4010' }, 'http://[::1]:4010'],
    [{ baseUrl: 'https://[::1]:4010' }, 'https://[::1]:4010'],
    [{ baseUrl: 'https://127.0.0.1:4010/a' }, 'https://127.0.0.1:4010/a'],
    [{ baseUrl: 'https://[::1]:4010/auth' }, 'https://[::1]:4010/auth'],
    [{ baseUrl: 'http://auth-mock:4010', allowInsecureHttp: true }, 'http://auth-mock:4010'],
    [{ env: 'my-env', baseUrl: 'https://auth.example.com' }, 'https://auth.example.com'],
  ])('createAuthClient: %j asks %s', async (options, address) => {
    expect(await addressOf(options)).toBe(address)
  })
})

describe('options that cannot be used', () => {
  const secret = 'hunter2hunter2'
  const bad: [string, AuthClientOptions][] = [
    ['env', {}],
    ['env', { env: '' }],
    ['env', { env: 'my_env' }],
    ['env', { env: 'my-env.example.com' }],
    ['env', { env: 'evil.com/' }],
    ['env', { env: 'a'.repeat(64) }],
    ['env', { env: '-a' }],
    ['region', { env: 'my-env', region: 'ap-nowhere' }],
    ['region', { env: 'my-env', region: 'constructor' }],
    ['region', { env: 'my-env', region: '' }],
    ['baseUrl', { baseUrl: '' }],
    // A page would take these for paths of its own.
    ['baseUrl', { baseUrl: 'https:auth.example.com' }],
    ['baseUrl', { baseUrl: 'https:/auth.example.com' }],
    // An address as one number, and not this machine.
    ['baseUrl', { baseUrl: 'http://12799' }],
    ['baseUrl', { baseUrl: 'http://127.0.0.1..' }],
    ['baseUrl', { baseUrl: 'https://' }],
    ['baseUrl', { baseUrl: 'https://example.com:65536' }],
    ['baseUrl', { baseUrl: 'https://1.2.3.4.5' }],
    ['baseUrl', { baseUrl: 'https:///auth.example.com' }],
    ['baseUrl', { baseUrl: 'https://:443' }],
    ['baseUrl', { baseUrl: 'http://localhost:undefined' }],
    ['baseUrl', { baseUrl: 'https://auth.example.com:undefined/auth' }],
    ['baseUrl', { baseUrl: 'https://[auth@example.com/]' }],
    ['baseUrl', { baseUrl: 'auth.example.com' }],
    ['baseUrl', { baseUrl: 'http://auth.example.com' }],
    ['baseUrl', { baseUrl: 'http://127.0.0.1.example.com' }],
    ['baseUrl', { baseUrl: 'http://localhost.example.com' }],
    ['baseUrl', { baseUrl: `https://user:${secret}@example.com` }],
    ['baseUrl', { baseUrl: `https://example.com?key=${secret}` }],
    ['baseUrl', { baseUrl: `https://example.com#${secret}` }],
    ['baseUrl', { baseUrl: 'http://auth-mock:4010', allowInsecureHttp: false }],
    ['baseUrl', { baseUrl: `http://user:${secret}@auth-mock`, allowInsecureHttp: true }],
    ['baseUrl', { baseUrl: 'ftp://auth-mock', allowInsecureHttp: true }],
    ['allowInsecureHttp', { baseUrl: 'http://auth-mock', allowInsecureHttp: 'yes' as unknown as boolean }],
    ['baseUrl', { baseUrl: 'file:///etc' }],
    ['baseUrl', { baseUrl: 'http://evil.example/https://auth.example.com' }],
    ['baseUrl', { baseUrl: 'javascript:https://auth.example.com' }],
    ['baseUrl', { baseUrl: 'xhttp://localhost' }],
    ['baseUrl', { baseUrl: ' https://auth.example.com' }],
    ['baseUrl', { baseUrl: 'https://auth.example.com ' }],
    ['baseUrl', { baseUrl: 'https://auth.example.com:443x' }],
    ['baseUrl', { baseUrl: 'ftp://a/http://b', allowInsecureHttp: true }],
    ['baseUrl', { baseUrl: 'javascript:0' }],
    ['baseUrl', { baseUrl: 42 as unknown as string }],
    ['deviceId', { env: 'my-env', deviceId: '' }],
    ['deviceId', { env: 'my-env', deviceId: 'a\r\nb' }],
    ['deviceId', { env: 'my-env', deviceId: 'a'.repeat(129) }],
    ['deviceId', { env: 'my-env', deviceId: 42 as unknown as string }],
    ['clientId', { env: 'my-env', clientId: 42 as unknown as string }],
    ['fetch', { env: 'my-env', fetch: 'x' as unknown as typeof fetch }],
    ['timeoutMs', { env: 'my-env', timeoutMs: 0 }],
    ['timeoutMs', { env: 'my-env', timeoutMs: Number.NaN }],
    ['timeoutMs', { env: 'my-env', timeoutMs: 2 ** 31 }],
    ['timeoutMs', { env: 'my-env', timeoutMs: '5' as unknown as number }],
    ['maxRetries', { env: 'my-env', maxRetries: -1 }],
    ['maxRetries', { env: 'my-env', maxRetries: 11 }],
    ['maxRetries', { env: 'my-env', maxRetries: Number.POSITIVE_INFINITY }],
    ['clockToleranceMs', { env: 'my-env', clockToleranceMs: -1 }],
    ['clockToleranceMs', { env: 'my-env', clockToleranceMs: Number.NaN }],
    ['clockToleranceMs', { env: 'my-env', clockToleranceMs: Infinity }],
  ]
  test.each(bad)('createAuthClient: names %s for %j', (argument, options) => {
    const create = (): unknown => createAuthClient(options)
    expect(create).toThrow(AuthConfigurationError)
    expect(create).toThrow(expect.objectContaining({ code: 'configuration', argument }))
    expect(create).toThrow(expect.not.objectContaining({ message: expect.stringContaining(secret) }))
  })

  test('createAuthClient: an unknown region lists the known ones', () => {
    expect(() => createAuthClient({ env: 'my-env', region: 'ap-nowhere' })).toThrow(
      /ap-shanghai.*ap-singapore/,
    )
  })

  test('verifyToken: a device id that a function makes is checked too', async () => {
    const client = clientOver(fakeService(), { deviceId: () => 'a\nb' })
    await expect(client.verifyToken(mintToken())).rejects.toMatchObject({ argument: 'deviceId' })
  })

  test('verifyToken: a device id that cannot be made is left out', async () => {
    const deviceId = (): never => {
      throw new Error('storage is blocked')
    }
    const client = clientOver(fakeService(), { deviceId })
    await expect(client.verifyToken(mintToken())).rejects.toMatchObject({ argument: 'deviceId' })
  })

  test.each([
    ['timeoutMs', { timeoutMs: 0 }],
    ['keepalive', { keepalive: 'yes' as unknown as boolean }],
  ])('verifyToken: %s of a single call is checked too', async (argument, options) => {
    const call = clientOver(fakeService()).verifyToken(mintToken(), options)
    await expect(call).rejects.toMatchObject({ argument })
  })
})

test.each([
  [{ env: 'my-env' }, 'my-env'],
  [{ env: 'my-env', clientId: 'app' }, 'app'],
  [{ env: 'my-env', clientId: '' }, 'my-env'],
  [{ baseUrl: 'https://auth.example.com' }, undefined],
  [{ env: 'my-env', baseUrl: 'https://auth.example.com' }, 'my-env'],
])('createAuthClient: the client id of %j is %s', (options, clientId) => {
  expect(createAuthClient(options).clientId).toBe(clientId)
})

test.each([
  [{ env: 'my-env' }, 'https://my-env.api.tcloudbasegateway.com'],
  [{ baseUrl: 'https://auth.example/' }, 'https://auth.example'],
  [{ baseUrl: 'https://auth.example//' }, 'https://auth.example'],
  [{ baseUrl: 'https://AUTH.example:443/v1' }, 'https://auth.example/v1'],
])('createAuthClient: the service of %j is %s', (options, serviceUrl) => {
  expect(createAuthClient(options).serviceUrl).toBe(serviceUrl)
})

test.each(['', null as unknown as string])('verifyToken: the client id %j is not sent', async (clientId) => {
  expect(await addressOf({ env: 'my-env', clientId })).not.toContain('?')
})

test('createAuthClient: fetch is looked up when it is needed', async () => {
  const client = createAuthClient({ env: 'my-env' })
  const before = globalThis.fetch
  globalThis.fetch = () => Promise.resolve(json({ sub: '1' }))
  try {
    await expect(client.verifyToken(mintToken())).resolves.toMatchObject({ active: true })
  } finally {
    globalThis.fetch = before
  }
})

test('createAuthClient: methods can be taken off the client', async () => {
  const { verifyToken } = clientOver(fakeService(json({ sub: '1' })))
  await expect(verifyToken(mintToken())).resolves.toMatchObject({ active: true })
})

test('createAuthClient: takes an address where the platform has no URL, as in mini-programs', () => {
  vi.stubGlobal('URL', undefined)
  onTestFinished(() => void vi.unstubAllGlobals())
  const create = (): unknown => createAuthClient({ baseUrl: 'https://shop.example', clientId: 'shop' })
  expect(create).not.toThrow()
})
