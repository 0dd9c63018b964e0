import { json, type SentFetch, type SentInit } from './scripted-fetch.ts'

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
  readonly requests: readonly ServiceRequest[]
  /** Ends a token without a request. */
  readonly kill: (token: string) => void
  readonly isAlive: (token: string) => boolean
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
 * @param claims what it says of a live token
 */
export function createFakeService(claims: Readonly<Record<string, unknown>> = holder): FakeService {
  const dead = new Set<string>()
  const requests: ServiceRequest[] = []

  async function answer(request: ServiceRequest): Promise<Response> {
    requests.push(request)
    const headers = { 'x-request-id': `request-${requests.length}` }
    const instead = await service.answerInstead?.(request)
    if (instead) return instead
    const { operation, token } = request
    if (operation === 'revokeToken') dead.add(token)
    return json(dead.has(token) ? {} : claims, 200, headers)
  }

  const service: FakeService = {
    requests,
    kill: (token) => void dead.add(token),
    isAlive: (token) => !dead.has(token),
    answerInstead: undefined,
    held: undefined,
    async fetch(url, { headers, keepalive, signal }) {
      const operation = new URL(url).pathname.endsWith('/revoke') ? 'revokeToken' : 'verifyToken'
      const token = (headers['authorization'] ?? '').replace(/^Bearer /, '')
      const response = await answer({ operation, token, keepalive })
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
