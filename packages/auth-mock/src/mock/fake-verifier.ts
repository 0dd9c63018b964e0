import {
  AuthConfigurationError,
  isBearerToken,
  type ActiveToken,
  type InactiveToken,
  type RevokeTokenResult,
  type VerifyTokenResult,
} from '@tokenward/auth-core'
import { checkOptions, someText, type OptionRules } from '../options/check-options.ts'

/** Who holds a token of the fake. */
export interface FakeHolder {
  readonly sub: string
  /** Space-separated scopes. @default 'user' */
  readonly scope?: string | undefined
  /** The client that the token was issued for. @default the `clientId` of the fake */
  readonly clientId?: string | undefined
}

/** What the fake knows. */
export interface FakeVerifierOptions {
  /** The answer to each token: its holder, the reason why it is dead, or an error to throw, as in an outage. */
  readonly tokens: Readonly<Record<string, FakeHolder | InactiveToken['reason'] | Error>>
  /** The client that guards compare with. @default 'mock-env' */
  readonly clientId?: string | undefined
}

/** What has happened since the start, counted as auth-node's verifier does. Counts that a fake has no use for stay 0. */
export interface FakeVerifierStats {
  /** Checks of a live token. */
  readonly hit: number
  /** Checks of a dead token. */
  readonly refused: number
  /** Checks that threw. */
  readonly unavailable: number
  readonly miss: 0
  readonly coalesced: 0
  readonly stale: 0
  readonly entries: 0
  readonly refusals: 0
  readonly tombstones: 0
  readonly inFlight: 0
  readonly isIsolated: false
}

/** A verifier without a service, for tests of protected routes; it fits where `TokenVerifier` of auth-node does. */
export interface FakeVerifier {
  readonly clientId: string
  /** Answers as told. A token that is not in the list is `rejected`, or `malformed` where it has not the syntax of one. */
  readonly verifyToken: (token: string) => Promise<VerifyTokenResult>
  /** Answers for a live token at once; `undefined` for any other. */
  readonly peek: (token: string) => ActiveToken | undefined
  /** Answers for a live token at once; for any other as `verifyToken` does. */
  readonly peekOrVerify: (token: string) => ActiveToken | Promise<VerifyTokenResult>
  /** Ends a token for this verifier; throws the error that is the token's answer. */
  readonly revoke: (token: string) => Promise<RevokeTokenResult>
  /** The same as `revoke`, because a fake has no service to ask. */
  readonly revokeAndVerify: (token: string) => Promise<RevokeTokenResult>
  readonly stats: () => FakeVerifierStats
  /** Does nothing. */
  readonly close: () => Promise<void>
}

const unused = {
  miss: 0,
  coalesced: 0,
  stale: 0,
  entries: 0,
  refusals: 0,
  tombstones: 0,
  inFlight: 0,
  isIsolated: false,
} as const

const rules: OptionRules<FakeVerifierOptions> = {
  tokens: { accepts: (value) => typeof value === 'object' && value !== null, expected: 'an object' },
  clientId: someText,
}

/**
 * Creates a verifier that answers from a list of tokens, without a port, a network or a clock.
 *
 * @throws {AuthConfigurationError} for an unknown option, or without `tokens`
 *
 * @example
 * ```ts
 * const verifier = createFakeVerifier({ tokens: { alice: { sub: '42' }, old: 'expired' } })
 * app.get('/me', requireToken(verifier), (_request, response) => response.send('hello'))
 * ```
 */
export function createFakeVerifier(options: FakeVerifierOptions): FakeVerifier {
  const { tokens, clientId = 'mock-env' } = checkOptions<FakeVerifierOptions>(
    'createFakeVerifier',
    rules,
    options,
  )
  if (tokens === undefined) throw new AuthConfigurationError('tokens', 'is missing')
  const answers = new Map(Object.entries(tokens))
  const counts = { hit: 0, refused: 0, unavailable: 0 }

  function answerTo(token: string): VerifyTokenResult | Error {
    const answer = answers.get(token) ?? (isBearerToken(token) ? 'rejected' : 'malformed')
    if (answer instanceof Error) return answer
    if (typeof answer === 'string') return { active: false, reason: answer }
    const { sub, scope = 'user', clientId: client_id = clientId } = answer
    return { active: true, token_type: 'Bearer', client_id, sub, scope }
  }

  function peek(token: string): ActiveToken | undefined {
    const answer = answerTo(token)
    if (answer instanceof Error || !answer.active) return undefined
    counts.hit += 1
    return answer
  }

  async function revoke(token: string): Promise<RevokeTokenResult> {
    const answer = answerTo(token)
    if (answer instanceof Error) throw answer
    answers.set(token, 'rejected')
    return { outcome: answer.active ? 'revoked' : 'already_inactive' }
  }

  async function verifyToken(token: string): Promise<VerifyTokenResult> {
    const answer = peek(token) ?? answerTo(token)
    if (answer instanceof Error) {
      counts.unavailable += 1
      throw answer
    }
    if (!answer.active) counts.refused += 1
    return answer
  }

  return {
    clientId,
    peek,
    peekOrVerify: (token) => peek(token) ?? verifyToken(token),
    verifyToken,
    revoke,
    revokeAndVerify: revoke,
    stats: () => ({ ...counts, ...unused }),
    close: async () => undefined,
  }
}
