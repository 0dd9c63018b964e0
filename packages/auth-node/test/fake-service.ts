import { randomUUID } from 'node:crypto'
import { type AuthClient, type AuthClientOptions, createAuthClient } from '../src/index.ts'

/** A made-up token: well-formed, and unsigned, which only the service would mind. */
export function mint(exp?: number): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  return [part({ alg: 'none' }), part({ jti: randomUUID(), exp }), 'signature'].join('.')
}

interface FakeService {
  readonly auth: AuthClient
  /** The operation of each request, in order. */
  readonly requests: ('verify' | 'revoke')[]
  /** Tokens that the service calls dead. */
  readonly dead: Set<string>
  /** `true` answers each request with 503. */
  isDown: boolean
  /** While set, requests wait here; each function lets one go on. */
  held: (() => void)[] | undefined
}

/** A service behind the `fetch` option: every token is alive until it is revoked. */
export function fakeService(): FakeService {
  const service: Omit<FakeService, 'auth'> = {
    requests: [],
    dead: new Set(),
    isDown: false,
    held: undefined,
  }
  const options: AuthClientOptions = {
    env: 'shop',
    maxRetries: 0,
    async fetch(url, init) {
      const operation = url.includes('/revoke') ? 'revoke' : 'verify'
      service.requests.push(operation)
      const token = (init.headers['authorization'] ?? '').slice('Bearer '.length)
      const json = (value: unknown, status = 200): Response =>
        Response.json(value, { status, headers: { 'x-request-id': `request-${service.requests.length}` } })
      if (service.isDown) return json({ error: 'unavailable', error_code: 14 }, 503)
      if (operation === 'revoke') service.dead.add(token)
      // The verdict is the service's from here on; only its way back takes time.
      const answer = json(
        operation === 'revoke' || service.dead.has(token)
          ? {}
          : { sub: '42', client_id: 'shop', scope: 'user' },
      )
      if (service.held) {
        await new Promise<void>((resolve, reject) => {
          service.held?.push(resolve)
          init.signal.addEventListener('abort', () => reject(new Error('aborted')))
        })
      }
      return answer
    },
  }
  // Another client asks, so that what core does about its own revocations cannot hide a fault of the verifier.
  const { withResponse } = createAuthClient(options)
  return Object.assign(service, { auth: { ...createAuthClient(options), withResponse } })
}
