import { createHash } from 'node:crypto'
import {
  AuthConfigurationError,
  AuthTokenEndedError,
  isAuthError,
  isBearerToken,
  type ActiveToken,
  type RevokeTokenResult,
  type VerifyTokenResult,
} from '@tokenward/auth-core'
import { checkOptions, someText, type OptionRules } from '../options/check-options.ts'
import type {
  FakeRevocation,
  FakeSubjectRevocation,
  FakeVerifier,
  FakeVerifierOptions,
} from './fake-verifier.ts'

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
  /** The signal of each token, and what it is held for: the `until` of each call, `undefined` for a call without one. */
  const watched = new Map<string, { controller: AbortController; holders: Set<AbortSignal | undefined> }>()
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
    const watch = watched.get(token)
    watched.delete(token)
    watch?.controller.abort(new AuthTokenEndedError(reason))
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

  function signalFor(
    token: string,
    { until }: { readonly until?: AbortSignal | undefined } = {},
  ): AbortSignal {
    const answer = answerTo(token)
    if (!(answer instanceof Error) && !answer.active)
      return AbortSignal.abort(new AuthTokenEndedError(answer.reason))
    const watch = watched.get(token) ?? { controller: new AbortController(), holders: new Set() }
    const { controller, holders } = watch
    if (until?.aborted) return controller.signal
    watched.set(token, watch)
    holders.add(until)
    const letGo = (): void => {
      holders.delete(until)
      if (holders.size === 0) watched.delete(token)
    }
    until?.addEventListener('abort', letGo, { signal: controller.signal })
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
