import { createHash } from 'node:crypto'
import {
  AuthConfigurationError,
  type AuthError,
  AuthTokenEndedError,
  isAuthError,
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
  /** Tokens whose signal was asked for, and has not aborted. */
  readonly watched: number
  readonly inFlight: 0
  readonly isIsolated: false
}

/** A revocation, as the verifier of auth-node tells of it. */
export type FakeRevocation =
  | { readonly key: string; readonly sub: string; readonly source: 'process' }
  | {
      readonly key?: undefined
      readonly sub: string
      readonly issuedBefore: number
      readonly source: 'process'
    }

/** What `revokeSubject` has done. */
export interface FakeSubjectRevocation {
  readonly sub: string
  readonly issuedBefore: number
  readonly tokens: readonly (RevokeTokenResult | { readonly outcome: 'failed'; readonly error: AuthError })[]
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
  /** Ends every token of the list that this user holds, whenever it was issued, and each of `tokens`. */
  readonly revokeSubject: (
    sub: string,
    options?: { readonly issuedBefore?: number | undefined; readonly tokens?: readonly string[] | undefined },
  ) => Promise<FakeSubjectRevocation>
  /** Aborts when the token is revoked by this verifier; aborted already for a dead token. */
  readonly signalFor: (token: string) => AbortSignal
  /** Tells of each revocation by this verifier; returns a function that ends it. */
  readonly onRevoked: (listener: (revocation: FakeRevocation) => void) => () => void
  readonly stats: () => FakeVerifierStats
  /** Aborts the signals that are still wanted, with the reason `closed`. */
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
  const watched = new Map<string, AbortController>()
  const listeners = new Set<{ readonly tell: (revocation: FakeRevocation) => void }>()

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

  function report(revocation: FakeRevocation): void {
    for (const { tell } of listeners) tell(revocation)
  }

  function endSignal(token: string, reason: 'revoked' | 'closed'): void {
    const controller = watched.get(token)
    watched.delete(token)
    controller?.abort(new AuthTokenEndedError(reason))
  }

  async function revoke(token: string): Promise<RevokeTokenResult> {
    const answer = answerTo(token)
    if (answer instanceof Error) throw answer
    answers.set(token, 'rejected')
    if (!answer.active) return { outcome: 'already_inactive' }
    endSignal(token, 'revoked')
    const key = createHash('sha256').update(token).digest('base64')
    report({ key, sub: answer.sub, source: 'process' })
    return { outcome: 'revoked' }
  }

  async function revokeSubject(
    sub: string,
    {
      issuedBefore = Date.now(),
      tokens: alsoRevoked = [],
    }: { readonly issuedBefore?: number | undefined; readonly tokens?: readonly string[] | undefined } = {},
  ): Promise<FakeSubjectRevocation> {
    const outcomes = await Promise.all(
      alsoRevoked.map((token) =>
        revoke(token).catch((error: unknown) => {
          if (isAuthError(error)) return { outcome: 'failed' as const, error }
          throw error
        }),
      ),
    )
    for (const [token, answer] of answers)
      if (typeof answer === 'object' && 'sub' in answer && answer.sub === sub) {
        answers.set(token, 'rejected')
        endSignal(token, 'revoked')
      }
    report({ sub, issuedBefore, source: 'process' })
    return { sub, issuedBefore, tokens: outcomes }
  }

  function signalFor(token: string): AbortSignal {
    const answer = answerTo(token)
    if (!(answer instanceof Error) && !answer.active)
      return AbortSignal.abort(new AuthTokenEndedError(answer.reason))
    const controller = watched.get(token) ?? new AbortController()
    watched.set(token, controller)
    return controller.signal
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
    revokeSubject,
    signalFor,
    onRevoked(tell) {
      const listener = { tell }
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    stats: () => ({ ...counts, ...unused, watched: watched.size }),
    async close() {
      for (const token of watched.keys()) endSignal(token, 'closed')
    },
  }
}
