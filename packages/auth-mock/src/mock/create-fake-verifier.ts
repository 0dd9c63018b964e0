import { createHash } from 'node:crypto'
import {
  assertArgument,
  AuthTokenEndedError,
  isAuthError,
  isBearerToken,
  orUndefined,
  type ActiveToken,
  type RevokeTokenResult,
  type VerifyTokenResult,
} from '@tokenward/auth-core'
import {
  assertCheck,
  assertRevocation,
  readFakeOptions,
  readSubjectOptions,
  readUntil,
  type FakeAnswer,
  type FakeSignalOptions,
  type RevokeOptions,
  type SubjectOptions,
  type WaitOptions,
} from './fake-arguments.ts'
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

/**
 * Creates a verifier that answers from a list of tokens, without a port, a network or a clock. Its methods refuse the arguments that those
 * of auth-node's verifier refuse.
 *
 * @throws {AuthConfigurationError} for an unknown option, without `tokens`, or for an answer that is neither a holder with a `sub`, a
 * reason nor an error
 *
 * @example
 * ```ts
 * const verifier = createFakeVerifier({ tokens: { alice: { sub: '42' }, old: 'expired' } })
 * app.get('/me', requireToken(verifier), (_request, response) => response.send('hello'))
 * ```
 */
export function createFakeVerifier(options: FakeVerifierOptions): FakeVerifier {
  const { answers, clientId } = readFakeOptions(options)
  /** Tokens that this verifier has ended; the service, whose answers are in `answers`, hears of no `revokeSubject`. */
  const ended = new Set<string>()
  let isClosed = false
  const counts = { hit: 0, refused: 0, unavailable: 0 }
  /** The signal of each token, and what it is held for: the `until` of each call, `undefined` for a call without one. */
  const watched = new Map<string, { controller: AbortController; holders: Set<AbortSignal | undefined> }>()
  const listeners = new Set<{ readonly tell: (revocation: FakeRevocation) => void }>()

  function answerTo(token: string): VerifyTokenResult | Error {
    return ended.has(token) ? { active: false, reason: 'rejected' } : answerOfService(token)
  }

  function answerOfService(token: string): VerifyTokenResult | Error {
    const answer: FakeAnswer = answers.get(token) ?? (isBearerToken(token) ? 'rejected' : 'malformed')
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
    // As the verifier of auth-node does: a listener that fails keeps neither the caller nor the other listeners from hearing it.
    for (const { tell } of listeners) orUndefined(() => tell(revocation))
  }

  function endSignal(token: string, reason: 'revoked' | 'closed'): void {
    const watch = watched.get(token)
    watched.delete(token)
    watch?.controller.abort(new AuthTokenEndedError(reason))
  }

  function end(token: string): void {
    ended.add(token)
    endSignal(token, 'revoked')
  }

  function revokeNow(token: string): RevokeTokenResult {
    const answer = answerOfService(token)
    if (answer instanceof Error) throw answer
    answers.set(token, 'rejected')
    if (!answer.active) return { outcome: 'already_inactive' }
    end(token)
    const key = createHash('sha256').update(token).digest('base64')
    report({ key, sub: answer.sub, source: 'process' })
    return { outcome: 'revoked' }
  }

  function revokeWith(method: 'revoke' | 'revokeAndVerify'): FakeVerifier['revoke'] {
    return async (token, request?: RevokeOptions) => {
      assertRevocation(method, token, request)
      return revokeNow(token)
    }
  }

  async function revokeSubject(sub: string, given?: SubjectOptions): Promise<FakeSubjectRevocation> {
    const { issuedBefore, tokens } = readSubjectOptions(sub, given)
    for (const [token, answer] of answers)
      if (typeof answer === 'object' && 'sub' in answer && answer.sub === sub) end(token)
    report({ sub, issuedBefore, source: 'process' })
    const outcomes = tokens.map((token) => {
      try {
        return revokeNow(token)
      } catch (error) {
        if (isAuthError(error)) return { outcome: 'failed' as const, error }
        throw error
      }
    })
    return { sub, issuedBefore, tokens: outcomes }
  }

  function signalFor(token: string, given?: FakeSignalOptions): AbortSignal {
    const until = readUntil(token, given)
    if (isClosed) return AbortSignal.abort(new AuthTokenEndedError('closed'))
    if (ended.has(token)) return AbortSignal.abort(new AuthTokenEndedError('revoked'))
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

  async function verifyToken(token: string, wait?: WaitOptions): Promise<VerifyTokenResult> {
    assertCheck(token, wait)
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
    peekOrVerify: (token, wait?: WaitOptions) => peek(token) ?? verifyToken(token, wait),
    verifyToken,
    revoke: revokeWith('revoke'),
    revokeAndVerify: revokeWith('revokeAndVerify'),
    revokeSubject,
    signalFor,
    onRevoked(tell) {
      assertArgument('listener', typeof tell === 'function', 'must be a function')
      const listener = { tell }
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    stats: () => ({ ...counts, ...unused, watched: watched.size }),
    async close() {
      isClosed = true
      listeners.clear()
      for (const token of watched.keys()) endSignal(token, 'closed')
    },
  }
}
