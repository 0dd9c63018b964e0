import type { IncomingMessage, ServerResponse } from 'node:http'
import { authError, errorForStatus, gatewayError, type Answer, type Arrival } from './answer.ts'
import { readArrival, requestIdOf } from './arrival.ts'
import { corsHeaders, preflight, refuseOrigin } from './cors.ts'
import { createFaultBox, type Fault } from './fault.ts'
import { listen } from './http-server.ts'
import { revokeToken, routes, verifyToken, type Operation } from './operations.ts'
import { recordRequest, type RecordedRequest } from './request-log.ts'
import { sendAnswer } from './send-answer.ts'
import { createTokenLedger, type IssuedToken, type IssueTokenOptions } from './token-ledger.ts'

/** How the mock is set up. */
export interface AuthMockOptions {
  /** The port on 127.0.0.1. Default 0, which takes a free one. */
  readonly port?: number
  /** The client that tokens are issued for. Default `mock-env`. */
  readonly clientId?: string
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly clock?: () => number
  /** The origins whose pages may call, for instance `http://localhost:5173`. Default: every origin. */
  readonly allowedOrigins?: readonly string[]
}

/** A running mock of the auth service. */
export interface AuthMock extends AsyncDisposable {
  /** Its origin, without a trailing slash. */
  readonly url: string
  readonly clientId: string
  /** Issues a token that the mock knows from now on. */
  readonly issueToken: (options?: IssueTokenOptions) => string
  /** Ends a token at once; an unknown one is ignored. */
  readonly revoke: (token: string) => void
  /** Lists every token issued, with its state by the mock's clock. */
  readonly tokens: () => readonly IssuedToken[]
  /** Lists the last 10,000 requests, oldest first, without their credentials. */
  readonly requests: () => readonly RecordedRequest[]
  /** Makes matching requests fail; calling the result ends it. Of several that match, the oldest hits. */
  readonly fail: (fault: Fault) => () => void
  /** Moves the mock's clock forward, in milliseconds. */
  readonly advance: (ms: number) => void
  /** Forgets tokens, requests and faults, and sets the clock right again. */
  readonly reset: () => void
  /** Ends every connection and frees the port. */
  readonly close: () => Promise<void>
}

const logLimit = 10_000

/**
 * Starts a stateful mock of the auth service on the loopback interface.
 *
 * @throws the error of `node:net` when the port is taken
 */
export const startAuthMock = async (options: AuthMockOptions = {}): Promise<AuthMock> => {
  const { port = 0, clientId = 'mock-env', clock = Date.now, allowedOrigins } = options
  let skew = 0
  const now = (): number => clock() + skew
  const ledger = createTokenLedger(clientId, () => server.url, now)
  const faults = createFaultBox(now)
  const log: RecordedRequest[] = []

  const perform = (operation: Operation, arrival: Arrival, fault: Fault | undefined): Answer => {
    if (operation === 'verifyToken') return verifyToken(ledger, arrival)
    if (fault?.revocation === 'ignored') return { status: 200, body: {} }
    return revokeToken(ledger, arrival, fault?.revocation?.lateMs)
  }

  const respond = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const requestId = requestIdOf(message)
    const headers = { 'x-request-id': requestId, ...corsHeaders(message) }
    const [path = '', search = ''] = (message.url ?? '').split('?', 2)
    const found = routes.filter((route) => route.path === path)
    const route = found.find(({ method }) => method === message.method)
    if (message.method === 'OPTIONS' && found.length > 0) return sendAnswer(response, preflight, headers)

    const arrival = await readArrival(message, path, search, requestId)
    if ('status' in arrival) return sendAnswer(response, arrival, headers)
    const entry = recordRequest(arrival, route?.operation, now())
    if (log.push(entry) > 2 * logLimit) log.splice(0, logLimit)
    response.on('finish', () => (entry.status = response.statusCode))

    const refusal = refuseOrigin(message, allowedOrigins, clientId)
    if (refusal) return sendAnswer(response, refusal, headers)
    if (found.length === 0)
      return sendAnswer(response, gatewayError('INVALID_PATH', 'no such path', 404, requestId), headers)
    if (!route)
      return sendAnswer(response, authError('unimplemented', 'no such method here', 405), {
        ...headers,
        allow: found.map(({ method }) => method).join(', '),
      })

    const taken = faults.take(route.operation, arrival.credentials)
    if (taken?.delay) await pause(taken.delay, response)
    if (response.destroyed) return undefined
    const { fault } = taken ?? {}
    const answer =
      fault?.status === undefined ? perform(route.operation, arrival, fault) : errorForStatus(fault.status)
    return sendAnswer(response, answer, { ...headers, ...fault?.headers })
  }

  const server = await listen(port, (message, response) => {
    respond(message, response).catch(() => response.destroy())
  })

  return {
    url: server.url,
    clientId,
    issueToken: (tokenOptions) => ledger.issue(tokenOptions).token,
    revoke: (token) => ledger.revoke(token),
    tokens: ledger.all,
    requests: () => log.slice(-logLimit),
    fail: faults.add,
    advance: (ms) => {
      skew += ms
    },
    reset: () => {
      skew = 0
      ledger.clear()
      faults.clear()
      log.length = 0
    },
    close: server.close,
    [Symbol.asyncDispose]: server.close,
  }
}

const pause = async (ms: number, response: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    response.once('close', () => {
      clearTimeout(timer)
      resolve()
    })
  })
