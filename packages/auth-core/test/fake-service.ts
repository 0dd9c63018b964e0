import { expect, onTestFinished } from 'vitest'
import {
  type AuthClient,
  type AuthClientOptions,
  createAuthClient,
  type Fetch,
  type FetchInit,
} from '../src/index.ts'

/** What the fake does with one request: answers, or fails as a platform's fetch would. */
export type Reply = Response | Error | ((url: string, init: FetchInit) => Promise<Response>)

export interface SeenRequest {
  readonly url: string
  readonly init: FetchInit
}

export interface FakeService {
  readonly fetch: Fetch
  readonly requests: SeenRequest[]
}

/** Gives one reply after the other. The test fails when a reply is left over, or when a request comes for which there is none. */
export function fakeService(...replies: Reply[]): FakeService {
  const requests: SeenRequest[] = []
  onTestFinished(() => expect(requests.length, 'requests sent').toBe(replies.length))
  const fetch: Fetch = async (url, init) => {
    const reply = replies[requests.length]
    requests.push({ url, init })
    if (reply === undefined) throw new Error('one request too many')
    if (reply instanceof Error) throw reply
    return typeof reply === 'function' ? reply(url, init) : reply
  }
  return { fetch, requests }
}

/** A client over a fake service. It does not retry unless the test asks for that. */
export function clientOver(service: FakeService, options: AuthClientOptions = {}): AuthClient {
  return createAuthClient({ env: 'my-env', maxRetries: 0, fetch: service.fetch, ...options })
}

export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return Response.json(body, { status, headers })
}

/** A reply that never comes and does not heed its signal. */
export function silence(): Promise<Response> {
  return new Promise(() => undefined)
}

let minted = 0

/** A token shaped like a JSON Web Token, different each time, with the given claims. */
export function mintToken(claims: Record<string, unknown> = {}): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  minted += 1
  const signature = Buffer.from(crypto.getRandomValues(new Uint8Array(64))).toString('base64url')
  return [part({ alg: 'RS256', kid: 'test' }), part({ sub: `user-${minted}`, ...claims }), signature].join(
    '.',
  )
}
