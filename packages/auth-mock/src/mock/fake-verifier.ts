import {
  isBearerToken,
  type ActiveToken,
  type InactiveToken,
  type RevokeTokenResult,
  type VerifyTokenResult,
} from '@tokenward/auth-core'

/** Who holds a token of the fake. */
export interface FakeHolder {
  readonly sub: string
  /** Space-separated scopes. Default `user`. */
  readonly scope?: string
  /** The client the token was issued for. Default: the fake's own `clientId`. */
  readonly clientId?: string
}

/** What the fake knows. */
export interface FakeVerifierOptions {
  /** The answer to each token: its holder, the reason why it is dead, or an error to throw, as in an outage. */
  readonly tokens: Readonly<Record<string, FakeHolder | InactiveToken['reason'] | Error>>
  /** The client that guards compare with. Default `mock-env`. */
  readonly clientId?: string
}

/** What has happened since the start, counted as auth-node's verifier does; what a fake has no use for stays 0. */
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
  /** Answers as told; a token that was not told of is `rejected`. */
  readonly verifyToken: (token: string) => Promise<VerifyTokenResult>
  /** Answers for a live token at once; `undefined` for any other. */
  readonly peek: (token: string) => ActiveToken | undefined
  /** Answers for a live token at once; for any other as `verifyToken` does. */
  readonly peekOrVerify: (token: string) => ActiveToken | Promise<VerifyTokenResult>
  /** Ends a token for this verifier; throws when told to. */
  readonly revoke: (token: string) => Promise<RevokeTokenResult>
  /** The same: there is nobody else to ask. */
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

/** Creates a verifier that answers from a list of tokens, without a port, a network or a clock. */
export const createFakeVerifier = ({ tokens, clientId = 'mock-env' }: FakeVerifierOptions): FakeVerifier => {
  const answers = new Map(Object.entries(tokens))
  const counts = { hit: 0, refused: 0, unavailable: 0 }

  const answerTo = (token: string): VerifyTokenResult | Error => {
    const answer = answers.get(token) ?? (isBearerToken(token) ? 'rejected' : 'malformed')
    if (answer instanceof Error) return answer
    if (typeof answer === 'string') return { active: false, reason: answer }
    const { sub, scope = 'user', clientId: client_id = clientId } = answer
    return { active: true, token_type: 'Bearer', client_id, sub, scope }
  }
  const peek = (token: string): ActiveToken | undefined => {
    const answer = answerTo(token)
    if (answer instanceof Error || !answer.active) return undefined
    counts.hit += 1
    return answer
  }
  const revoke = async (token: string): Promise<RevokeTokenResult> => {
    const answer = answerTo(token)
    if (answer instanceof Error) throw answer
    answers.set(token, 'rejected')
    return { outcome: answer.active ? 'revoked' : 'already_inactive' }
  }

  const verifyToken = async (token: string): Promise<VerifyTokenResult> => {
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
