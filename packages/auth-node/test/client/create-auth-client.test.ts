import { createAuthClient as createCoreClient } from '@tokenward/auth-core'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createAuthClient } from '../../src/index.ts'

type Sent = readonly [url: string, init: RequestInit]

function recordFetch(): { sent: Sent[]; fetch: (url: string, init: RequestInit) => Promise<Response> } {
  const sent: Sent[] = []
  return {
    sent,
    fetch: async (url, init) => {
      sent.push([url, init])
      return new Response('{}', { headers: { 'content-type': 'application/json' } })
    },
  }
}

const comparable = (sent: Sent[]): unknown =>
  sent.map(([url, { signal, ...init }]) => [url, init, signal instanceof AbortSignal])

beforeEach(() => {
  for (const name of ['ENV', 'REGION', 'BASE_URL', 'CLIENT_ID']) vi.stubEnv(`TOKENWARD_${name}`, undefined)
})
afterEach(() => {
  vi.unstubAllEnvs()
  vi.unstubAllGlobals()
})

test('createAuthClient: adds nothing to what core sends and answers', async () => {
  const [mine, cores] = [recordFetch(), recordFetch()]
  const options = { env: 'shop', clientId: 'till', deviceId: 'device-of-this-test' }
  const node = createAuthClient({ ...options, fetch: mine.fetch })
  const core = createCoreClient({ ...options, fetch: cores.fetch })
  for (const method of ['verifyToken', 'revokeToken', 'revokeAndVerifyToken'] as const) {
    expect(await node[method]('closed')).toEqual(await core[method]('closed'))
    expect((await node.withResponse[method]('closed')).data).toEqual(
      (await core.withResponse[method]('closed')).data,
    )
  }
  expect(mine.sent).toHaveLength(8)
  expect(comparable(mine.sent)).toEqual(comparable(cores.sent))
  expect(Object.keys(node)).toEqual(Object.keys(core))
})

async function addressOf(options?: Parameters<typeof createAuthClient>[0]): Promise<string | undefined> {
  const { sent, fetch } = recordFetch()
  await createAuthClient({ ...options, fetch }).verifyToken('opaque')
  return sent[0]?.[0]
}

const path = '/auth/v1/token/introspect'

test('createAuthClient: the environment names environment, region and client', async () => {
  vi.stubEnv('TOKENWARD_ENV', 'shop')
  vi.stubEnv('TOKENWARD_REGION', 'ap-singapore')
  vi.stubEnv('TOKENWARD_CLIENT_ID', 'till')
  expect(await addressOf()).toBe(`https://shop.api.intl.tcloudbasegateway.com${path}?client_id=till`)
  expect(createAuthClient().clientId).toBe('till')
})

test('createAuthClient: an empty client id is left out, so that the environment names it', () => {
  vi.stubEnv('TOKENWARD_CLIENT_ID', 'till')
  expect(createAuthClient({ env: 'shop', clientId: '' }).clientId).toBe('till')
})

test('createAuthClient: the environment names a base URL', async () => {
  vi.stubEnv('TOKENWARD_ENV', 'shop')
  vi.stubEnv('TOKENWARD_BASE_URL', 'https://auth.example.com')
  expect(await addressOf()).toBe(`https://auth.example.com${path}`)
  expect(createAuthClient().clientId).toBe('shop')
})

test('createAuthClient: an explicit env or baseUrl leaves no variable of the address in force', async () => {
  vi.stubEnv('TOKENWARD_ENV', 'other')
  vi.stubEnv('TOKENWARD_REGION', 'ap-singapore')
  vi.stubEnv('TOKENWARD_BASE_URL', 'https://other.example.com')
  expect(await addressOf({ env: 'shop' })).toBe(`https://shop.api.tcloudbasegateway.com${path}`)
  expect(await addressOf({ baseUrl: 'https://auth.example.com' })).toBe(`https://auth.example.com${path}`)
})

test('createAuthClient: explicit options win over their variables', async () => {
  vi.stubEnv('TOKENWARD_ENV', 'shop')
  vi.stubEnv('TOKENWARD_REGION', 'ap-singapore')
  vi.stubEnv('TOKENWARD_CLIENT_ID', 'other')
  expect(await addressOf({ region: 'ap-shanghai', clientId: 'till' })).toBe(
    `https://shop.api.tcloudbasegateway.com${path}?client_id=till`,
  )
})

test.each([
  ['unset', undefined, /env or baseUrl is required: .*or set TOKENWARD_ENV$/],
  ['empty', '', /env or baseUrl is required: .*or set TOKENWARD_ENV, which is empty$/],
  ['quoted', '"my-env"', /\(from TOKENWARD_ENV\) must be an environment id .*, not .*my-env/],
  ['with a line break', 'my-env\n', /\(from TOKENWARD_ENV\) must be an environment id .*, not .*my-env/],
  ['a URL', 'https://example.com', /\(from TOKENWARD_ENV\) must be .*example\.com.*baseUrl/],
])('verifyToken: TOKENWARD_ENV that is %s is named, with its value', async (_how, value, message) => {
  vi.stubEnv('TOKENWARD_ENV', value)
  const auth = createAuthClient()
  const error: unknown = expect.objectContaining({
    code: 'configuration',
    argument: 'env',
    message: expect.stringMatching(message) as unknown,
  })
  await expect(auth.verifyToken('opaque')).rejects.toEqual(error)
  expect(() => auth.clientId).toThrow(message)
})

test('createAuthClient: what is given is checked at once, and a misspelt option is refused', () => {
  expect(() => createAuthClient({ env: '"my-env"' })).toThrow(expect.objectContaining({ argument: 'env' }))
  const misspelt = { env: 'shop', clientID: 'till' } as Parameters<typeof createAuthClient>[0]
  expect(() => createAuthClient(misspelt)).toThrow(/clientID is not an option of createAuthClient;.* agent,/)
})

test('createAuthClient: variables are read at the first use, once', async () => {
  const { sent, fetch } = recordFetch()
  const auth = createAuthClient({ fetch })
  vi.stubEnv('TOKENWARD_ENV', 'shop')
  await auth.verifyToken('opaque')
  vi.stubEnv('TOKENWARD_ENV', 'other')
  await auth.verifyToken('opaque')
  expect(new Set(sent.map(([url]) => url))).toEqual(
    new Set([`https://shop.api.tcloudbasegateway.com${path}`]),
  )
  expect(auth.clientId).toBe('shop')
})
