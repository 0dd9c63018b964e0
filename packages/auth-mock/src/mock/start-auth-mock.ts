import { assertFields, isText, type FieldChecks } from '../options/assert-fields.ts'
import type { AuthMock } from './auth-mock.ts'
import { createControl } from './control.ts'
import { createFaultBox } from '../faults/active-faults.ts'
import { listen } from '../http/http-server.ts'
import { createRequestHandler } from './request-handler.ts'
import { createRequestLog } from './request-log.ts'
import { createSessionBook } from '../service/session-store.ts'
import { assertIssueTokenOptions, createTokenLedger } from '../service/token-store.ts'

/** How the mock is set up. */
export interface AuthMockOptions {
  /** The port on 127.0.0.1. Default 0, which takes a free one. */
  readonly port?: number
  /** The client that tokens are issued for. Default `mock-env`. */
  readonly clientId?: string
  /** Tells the time, in milliseconds since the epoch. Default `Date.now`. */
  readonly clock?: () => number
  /** The origins whose pages may call, for instance `http://localhost:5173`. Default: every origin. */
  readonly allowedOrigins?: readonly string[]
}

// As pages send it, which have no path; a custom scheme has no origin in the sense of `URL`.
const isOrigin = (value: unknown): boolean =>
  value === 'null' || /^[a-z][a-z\d+.-]*:\/\/[^/\s]+$/.test(String(value))

const checks: FieldChecks<AuthMockOptions> = {
  port: (value) => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 65_535,
  clientId: (value) => isText(value) && value !== '',
  clock: (value) => typeof value === 'function',
  allowedOrigins: (value) => Array.isArray(value) && value.every(isOrigin),
}

/**
 * Starts a stateful mock of the auth service on the loopback interface.
 *
 * @returns the running mock; `await using` closes it
 * @throws TypeError when an option is unknown or not valid
 * @throws the error of `node:net` when the port is taken
 */
export const startAuthMock = async (options: AuthMockOptions = {}): Promise<AuthMock> => {
  assertFields('startAuthMock', checks, options)
  const { port = 0, clientId = 'mock-env', clock = Date.now, allowedOrigins } = options
  let skew = 0
  const now = (): number => clock() + skew
  const ledger = createTokenLedger(clientId, () => server.url, now)
  const sessions = createSessionBook(ledger, now)
  const faults = createFaultBox(now)
  const log = createRequestLog()

  const server = await listen(port, async (message, response) => handle(message, response))
  const mock: AuthMock = {
    url: server.url,
    clientId,
    issueToken: (user = {}) => {
      assertIssueTokenOptions(user)
      return ledger.issue(user).token
    },
    revoke: (token) => ledger.revoke(token),
    tokens: () => ledger.all(),
    requests: () => log.all(),
    fail: (fault) => faults.add(fault),
    advance: (ms) => {
      if (!Number.isFinite(ms)) throw new TypeError('advance: ms is not valid')
      skew += ms
    },
    reset: () => {
      skew = 0
      for (const part of [ledger, sessions, faults, log]) part.clear()
    },
    close: async () => server.close(),
    [Symbol.asyncDispose]: async () => server.close(),
  }
  const handle = createRequestHandler({
    service: { ledger, sessions, now },
    faults,
    log,
    clientId,
    allowedOrigins,
    control: createControl(mock),
  })
  return mock
}
