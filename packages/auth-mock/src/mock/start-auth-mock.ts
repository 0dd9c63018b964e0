import { hostname } from 'node:os'
import { AuthConfigurationError, describeValue, forgetRevocation } from '@tokenward/auth-core'
import { createActiveFaults } from '../faults/active-faults.ts'
import { createCertificate, type KeyAndCertificate } from '../http/certificate.ts'
import { listen } from '../http/http-server.ts'
import { checkOptions, flag } from '../options/check-options.ts'
import { createSessionStore } from '../service/session-store.ts'
import { createSigningKeys } from '../service/signing-keys.ts'
import { createTokenStore, readIssueTokenOptions } from '../service/token-store.ts'
import type { AuthMock } from './auth-mock.ts'
import { createControl } from './control.ts'
import { isHostName, isLoopback, readMockOptions, type AuthMockOptions } from './mock-options.ts'
import { createRequestHandler } from './request-handler.ts'
import { createRequestLog } from './request-log.ts'

/** The end of the last year that a date of HTTP can spell. */
const latestMs = Date.UTC(9999, 11, 31)

/**
 * Starts a stateful mock of the auth service, on the loopback interface unless told otherwise.
 *
 * @returns the running mock; `await using` closes it
 * @throws {AuthConfigurationError} when an option is unknown or not valid
 * @throws the error of `node:net` when the port is taken, or that of `node:tls` when a given certificate is not valid
 *
 * @example
 * ```ts
 * await using mock = await startAuthMock()
 * const auth = createAuthClient({ baseUrl: mock.url })
 * const token = mock.issueToken({ sub: '42', scope: 'user' })
 * mock.fail({ operation: 'verifyToken', status: 503, times: 2 })
 * ```
 */
export async function startAuthMock(options: AuthMockOptions = {}): Promise<AuthMock> {
  const {
    port = 0,
    host = '127.0.0.1',
    clientId = 'mock-env',
    // Looked up at each use, as fake timers expect.
    clock = () => Date.now(),
    allowedOrigins,
    allowMint = false,
    https = false,
    seed = {},
  } = readMockOptions(options)
  let skew = 0
  const now = (): number => readClock(clock) + skew
  // A clock that tells no time is refused before anything listens.
  now()
  const keys = createSigningKeys()
  const tokens = createTokenStore({ clientId, issuer: () => server.url, keys, now })
  const sessions = createSessionStore(tokens, now)
  const faults = createActiveFaults(now)
  const log = createRequestLog()
  const tls = certificateFor(https, host)

  const server = await listen({ port, host, tls }, (message, response) => handle(message, response))
  if (!isLoopback(host))
    process.emitWarning(`it listens on ${host} and believes every caller: use it for tests only`, 'AuthMock')

  function sow(): void {
    for (const token of seed.tokens ?? []) tokens.issue(token)
    for (const fault of seed.faults ?? []) faults.add(fault)
  }

  const mock: AuthMock = {
    url: server.url,
    clientId,
    certificate: tls?.cert,
    issueToken: (user = {}) => tokens.issue(readIssueTokenOptions(user)).token,
    revoke(token) {
      if (!tokens.find(token)) throw new AuthConfigurationError('token', 'was not issued by this mock')
      tokens.revoke(token)
    },
    tokens: () => tokens.all(),
    requests: () => log.all(),
    fail(fault) {
      const id = faults.add(fault)
      return () => void faults.remove(id)
    },
    faults: () => faults.all(),
    rotateKeys(given) {
      const { dropOld = false } = checkOptions<{ dropOld?: boolean }>('rotateKeys', { dropOld: flag }, given)
      keys.rotate(dropOld)
    },
    advance(ms) {
      const most = latestMs - now()
      if (!(typeof ms === 'number' && ms >= 0 && ms <= most))
        throw new AuthConfigurationError(
          'ms',
          `must be a number from 0 to ${most}, so that the clock stays before the year 10000, not ${describeValue(ms)}`,
        )
      skew += ms
    },
    reset() {
      skew = 0
      // The seed brings tokens back by name: what the clients of this process know of them is over as well.
      for (const { token } of tokens.all()) forgetRevocation(token)
      for (const part of [tokens, sessions, faults, log, keys]) part.clear()
      sow()
    },
    close: async () => server.close(),
    [Symbol.asyncDispose]: async () => server.close(),
  }
  const control = createControl({ mock, tokens, faults, allowMint, allowedOrigins, host })
  const service = { tokens, sessions, keys, now }
  const handle = createRequestHandler({ service, faults, log, clientId, allowedOrigins, control })
  sow()
  return mock
}

/** @throws {AuthConfigurationError} when the clock tells no time that a date can hold */
function readClock(clock: () => number): number {
  const ms: unknown = clock()
  if (typeof ms === 'number' && Math.abs(ms) <= latestMs) return ms
  throw new AuthConfigurationError(
    'clock',
    `must return milliseconds since the epoch, before the year 10000, not ${describeValue(ms)}`,
  )
}

function certificateFor(
  https: NonNullable<AuthMockOptions['https']>,
  host: string,
): KeyAndCertificate | undefined {
  if (https === false) return undefined
  if (https !== true && https.key !== undefined) return { key: https.key, cert: https.cert }
  const more = https === true ? [] : https.names
  const own = ['localhost', '127.0.0.1', '::1', host, hostname()]
  return createCertificate([...new Set([...own, ...more])].filter(isHostName))
}
