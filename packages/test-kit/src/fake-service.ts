import { json, outageBody, type SentFetch, type SentInit } from './scripted-fetch.ts'

/** One request that the fake has received. */
export interface ServiceRequest {
  readonly operation: 'verifyToken' | 'revokeToken'
  /** The bearer token, which names the user as well. */
  readonly token: string
  readonly keepalive: boolean | undefined
}

/** Answers a request in place of the fake; with `undefined` the fake answers as usual. */
export type AnswerInstead = (request: ServiceRequest) => Response | Promise<Response> | undefined

/** The auth service in memory. A test sets its fields while it runs. */
export interface FakeService {
  readonly fetch: SentFetch
  /** What it was asked, in order. */
  readonly requests: ServiceRequest[]
  /** Tokens that the service calls dead; one that is added ends without a request. */
  readonly dead: Set<string>
  readonly isAlive: (token: string) => boolean
  /** `true` answers each request with 503, at once. */
  isDown: boolean
  /** Answers in place of the fake while it is set. */
  answerInstead: AnswerInstead | undefined
  /**
   * Holds answers back while it is set: each function lets one go. The fake has decided, and revoked, before it holds an answer.
   */
  held: (() => void)[] | undefined
}

/** Who holds every live token of the fake. */
export const holder = { token_type: 'Bearer', client_id: 'my-env', sub: 'user-1', scope: 'user' } as const

/**
 * Creates a service in which every token is alive until it is revoked.
 *
 * @param claimsOf what it says of a live token
 */
export function createFakeService(
  claimsOf: (token: string) => Readonly<Record<string, unknown>> = () => holder,
): FakeService {
  const dead = new Set<string>()
  const requests: ServiceRequest[] = []

  async function answer(
    request: ServiceRequest,
    headers: Readonly<Record<string, string>>,
  ): Promise<Response> {
    const instead = service.answerInstead?.(request)
    if (instead) return instead
    const { operation, token } = request
    if (operation === 'revokeToken') dead.add(token)
    return json(dead.has(token) ? {} : claimsOf(token), 200, headers)
  }

  const service: FakeService = {
    requests,
    dead,
    isDown: false,
    isAlive: (token) => !dead.has(token),
    answerInstead: undefined,
    held: undefined,
    async fetch(url, { headers, keepalive, signal }) {
      const operation = new URL(url).pathname.endsWith('/revoke') ? 'revokeToken' : 'verifyToken'
      const token = (headers['authorization'] ?? '').replace(/^Bearer /, '')
      const request = { operation, token, keepalive } as const
      requests.push(request)
      const answerHeaders = { 'x-request-id': `request-${requests.length}` }
      if (service.isDown) return json(outageBody, 503, answerHeaders)
      const response = await answer(request, answerHeaders)
      if (service.held) await heldBack(service.held, signal)
      return response
    },
  }
  return service
}

function heldBack(held: (() => void)[], signal: SentInit['signal']): Promise<void> {
  return new Promise((resolve, reject) => {
    held.push(resolve)
    signal.addEventListener('abort', () => reject(signal.reason as Error))
  })
}
