import { describe, expect, test } from 'vitest'
import { type AuthClientOptions, createAuthClient, type Fetch, type OptionSource } from '../../src/index.ts'
import { clientOver, fakeService, json, mintToken } from '../fake-service.ts'

function messageOf(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    return (error as Error).message
  }
  return expect.fail('must throw')
}

describe('a message names the option, shows the value and says what is expected', () => {
  const expected = 'env must be an environment id such as my-env-1a2b3c (letters, digits and hyphens), not '
  test.each<[string, AuthClientOptions, string]>([
    ['missing', {}, 'env or baseUrl is required'],
    ['empty', { env: '' }, `${expected}""`],
    ['in quotation marks', { env: '"my-env"' }, `${expected}"\\"my-env\\""`],
    ['with a line break', { env: 'my-env\nx' }, `${expected}"my-env x"`],
    [
      'an address',
      { env: 'https://my-env.example' },
      `${expected}"https://my-env.example"; the address of a service is given as baseUrl`,
    ],
    [
      'an address without TLS',
      { env: 'HTTP://127.0.0.1' },
      `${expected}"HTTP://127.0.0.1"; the address of a service is given as baseUrl`,
    ],
    ['a text with an address in it', { env: 'at https://x.example' }, `${expected}"at https://x.example"`],
    ['a number', { env: 1 as unknown as string }, `${expected}1`],
    ['what has no text', { env: Object.create(null) as string }, `${expected}an object`],
  ])('createAuthClient: env that is %s', (_name, options, message) => {
    expect(messageOf(() => createAuthClient(options))).toBe(message)
  })

  test.each<[AuthClientOptions, RegExp]>([
    [{ env: 'my-env', region: 'ap-nowhere' }, /^region must be one of ap-shanghai, .*, not "ap-nowhere"$/],
    [{ env: 'my-env', timeoutMs: 0 }, /^timeoutMs must be a number from 1 to 2147483647, not 0$/],
    [{ env: 'my-env', deviceId: 'a b' }, /^deviceId must be 1 to 128 visible ASCII characters, not "a b"$/],
    [{ env: 'my-env', clientId: 1 as unknown as string }, /^clientId must be a string, not 1$/],
    [{ baseUrl: 'http://example.com' }, /^baseUrl must be an https: address, or http: to loopback/],
  ])('createAuthClient: %j', (options, message) => {
    expect(messageOf(() => createAuthClient(options))).toMatch(message)
  })

  test.each(['', undefined, null])('revokeToken: %j is called a missing token', async (token) => {
    const result = clientOver(fakeService()).revokeToken(token as string)
    await expect(result).rejects.toMatchObject({ argument: 'token', message: 'token is missing' })
  })
})

describe('options that do not exist', () => {
  test('createAuthClient: a misspelt option is refused by name, with those that exist', () => {
    const options = { env: 'my-env', timeoutMS: 5 } as AuthClientOptions
    expect(messageOf(() => createAuthClient(options))).toMatch(
      /^timeoutMS is not an option of createAuthClient; its options are allowInsecureHttp, baseUrl, .*timeoutMs$/,
    )
  })

  test.each(['verifyToken', 'revokeToken', 'revokeAndVerifyToken'] as const)(
    '%s: a misspelt option of one call is refused before anything is sent',
    async (operation) => {
      const options: object = { timeout: 5 }
      const result = clientOver(fakeService())[operation](mintToken(), options)
      await expect(result).rejects.toMatchObject({
        argument: 'timeout',
        message: `timeout is not an option of ${operation}; its options are keepalive, signal, timeoutMs`,
      })
    },
  )

  test('verifyToken: what is no signal is refused', async () => {
    const options: object = { signal: true }
    const result = clientOver(fakeService()).verifyToken(mintToken(), options)
    await expect(result).rejects.toMatchObject({ argument: 'signal' })
  })

  test('verifyToken: a token in place of the signal is not shown', async () => {
    const token = mintToken()
    const result = clientOver(fakeService()).verifyToken(token, { signal: token } as object)
    await expect(result).rejects.toMatchObject({ message: 'signal must be an AbortSignal' })
  })

  test('verifyToken: a token as the name of an option is not shown', async () => {
    const token = mintToken()
    const result = clientOver(fakeService()).verifyToken(token, { [token]: true })
    await expect(result).rejects.toMatchObject({
      message: 'a long name is not an option of verifyToken; its options are keepalive, signal, timeoutMs',
    })
  })

  test('verifyToken: a token that fetch resolves to is not shown', async () => {
    const token = mintToken()
    const auth = createAuthClient({ env: 'my-env', fetch: (async () => token) as unknown as Fetch })
    await expect(auth.verifyToken(token)).rejects.toMatchObject({
      message: 'fetch must resolve to a response, not a string',
    })
  })

  test.each([true, false])('createAuthClient: a polluted prototype sets no option', async (enumerable) => {
    const requests: string[] = []
    const fetch: Fetch = async (url) => {
      requests.push(url)
      return new Response('{"sub":"42"}')
    }
    const polluted = { value: 'https://evil.example', configurable: true, writable: true, enumerable }
    // oxlint-disable-next-line no-extend-native -- the attack itself
    Object.defineProperty(Object.prototype, 'baseUrl', polluted)
    try {
      const auth = createAuthClient({ env: 'my-env', fetch })
      expect(auth.serviceUrl).toBe('https://my-env.api.tcloudbasegateway.com')
      const verdict = await auth.verifyToken(mintToken()).catch((error: unknown) => error)
      expect(verdict).toMatchObject({ code: 'configuration', argument: 'url' })
      await expect(auth.revokeToken(mintToken())).rejects.toMatchObject({ argument: 'url' })
      expect(requests).toEqual([])
    } finally {
      Reflect.deleteProperty(Object.prototype, 'baseUrl')
    }
  })
})

test.each([[() => 'extended'], [{ an: { object: 1 } }], ['text'], [[[]]]])(
  'verifyToken: what a polluted prototype hands down is no part of the address, %o',
  async (value) => {
    const requests: string[] = []
    const fetch: Fetch = async (url) => {
      requests.push(url)
      return new Response('{"sub":"42"}')
    }
    // oxlint-disable-next-line no-extend-native -- what old libraries do
    Object.defineProperty(Object.prototype, 'extend', { value, configurable: true, enumerable: true })
    try {
      const auth = createAuthClient({ env: 'my-env', clientId: 'shop', fetch })
      await auth.verifyToken(mintToken())
      await auth.revokeToken(mintToken())
      await auth.api.GET('/auth/v1/token/introspect', { params: { query: { client_id: 'shop' } } })
    } finally {
      Reflect.deleteProperty(Object.prototype, 'extend')
    }
    expect(requests.map((url) => new URL(url).search)).toEqual(Array(3).fill('?client_id=shop'))
  },
)

describe('options that a wrapper reads from elsewhere', () => {
  function sourceOf(found: AuthClientOptions): OptionSource & { reads: () => number } {
    let count = 0
    return {
      reads: () => count,
      complete(given) {
        count += 1
        return { ...given, ...found }
      },
      nameOf: (option) => (option === 'env' ? 'MY_APP_ENV' : option),
    }
  }

  test('createAuthClient: nothing is read before the first use, and only once', async () => {
    const source = sourceOf({ env: 'found' })
    const service = fakeService(json({ sub: '1' }), json({ sub: '1' }))
    const auth = createAuthClient({ fetch: service.fetch }, source)
    expect(source.reads()).toBe(0)
    await auth.verifyToken(mintToken())
    await auth.verifyToken(mintToken())
    expect([auth.clientId, auth.serviceUrl]).toEqual(['found', 'https://found.api.tcloudbasegateway.com'])
    expect(source.reads()).toBe(1)
  })

  test('createAuthClient: what is given is checked at once all the same', () => {
    expect(messageOf(() => createAuthClient({ env: 'my_env' }, sourceOf({})))).toMatch(/^env must be/)
  })

  test('verifyToken: a bad variable is named at the first use', async () => {
    const auth = createAuthClient({}, sourceOf({ env: '"quoted"' }))
    await expect(auth.verifyToken(mintToken())).rejects.toMatchObject({
      argument: 'env',
      message: expect.stringMatching(/^env \(from MY_APP_ENV\) must be .*, not "\\"quoted\\""$/) as unknown,
    })
  })

  test('verifyToken: an option that the wrapper makes up is refused by name', async () => {
    const auth = createAuthClient({}, sourceOf({ env: 'found', color: 'red' } as AuthClientOptions))
    await expect(auth.verifyToken(mintToken())).rejects.toMatchObject({
      argument: 'color',
      message: expect.stringContaining('color is not an option of createAuthClient; its options') as unknown,
    })
  })

  test('verifyToken: a missing variable is named at the first use', async () => {
    const auth = createAuthClient({}, sourceOf({}))
    await expect(auth.verifyToken(mintToken())).rejects.toMatchObject({
      argument: 'env',
      message: 'env or baseUrl is required: give one of them, or set MY_APP_ENV',
    })
  })
})
