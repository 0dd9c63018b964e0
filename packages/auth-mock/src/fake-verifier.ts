import {
  isBearerToken,
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

/** A verifier without a service, for tests of protected routes; it fits where `TokenVerifier` of auth-node does. */
export interface FakeVerifier {
  readonly clientId: string
  /** Answers as told; a token that was not told of is `rejected`. */
  readonly verifyToken: (token: string) => Promise<VerifyTokenResult>
  /** Ends a token for this verifier. */
  readonly revoke: (token: string) => Promise<RevokeTokenResult>
  /** The same: there is nobody else to ask. */
  readonly revokeAndVerify: (token: string) => Promise<RevokeTokenResult>
  /** Counts the checks so far. */
  readonly stats: () => { readonly checks: number }
  /** Does nothing. */
  readonly close: () => Promise<void>
}

/** Creates a verifier that answers from a list of tokens, without a port, a network or a clock. */
export const createFakeVerifier = ({ tokens, clientId = 'mock-env' }: FakeVerifierOptions): FakeVerifier => {
  const answers = new Map(Object.entries(tokens))
  let checks = 0

  const answerTo = (token: string): VerifyTokenResult => {
    const answer = answers.get(token) ?? (isBearerToken(token) ? 'rejected' : 'malformed')
    if (answer instanceof Error) throw answer
    if (typeof answer === 'string') return { active: false, reason: answer }
    const { sub, scope = 'user', clientId: client_id = clientId } = answer
    return { active: true, token_type: 'Bearer', client_id, sub, scope }
  }
  const revoke = async (token: string): Promise<RevokeTokenResult> => {
    const { active } = answerTo(token)
    answers.set(token, 'rejected')
    return { outcome: active ? 'revoked' : 'already_inactive' }
  }

  return {
    clientId,
    verifyToken: async (token) => {
      checks += 1
      return answerTo(token)
    },
    revoke,
    revokeAndVerify: revoke,
    stats: () => ({ checks }),
    close: async () => undefined,
  }
}
