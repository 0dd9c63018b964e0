import { randomBytes } from 'node:crypto'
import { assertFields, isFlag, isText, type FieldChecks } from '../options/assert-fields.ts'
import { mintToken } from './mint-token.ts'

/** How long a token lives unless told otherwise, in seconds. */
export const defaultLifetime = 7200

/** Who a token is for, and for how long. */
export interface IssueTokenOptions {
  /** The user's id. Default: a new one, of the kind that belongs to `anonymous`. */
  readonly sub?: string
  /** Space-separated scopes. Default `user sso`, or `anonymous` for an anonymous user. */
  readonly scope?: string
  /** The client the token is for. Default: the mock's own `clientId`. */
  readonly clientId?: string
  /** Lifetime in seconds, as on the wire; zero or less issues an expired token. Default 7200. */
  readonly expiresIn?: number
  /** Issues a token of an anonymous user. Default `false`. */
  readonly anonymous?: boolean
  /** `false` fills the signature with random bytes: much faster, for loads of tokens. Default `true`. */
  readonly signed?: boolean
}

const checks: FieldChecks<IssueTokenOptions> = {
  sub: isText,
  scope: isText,
  clientId: isText,
  expiresIn: Number.isFinite,
  anonymous: isFlag,
  signed: isFlag,
}

/**
 * Makes sure that a value is what `issueToken` takes.
 *
 * @throws TypeError when it is not; the message repeats no value
 */
export function assertIssueTokenOptions(value: unknown): asserts value is IssueTokenOptions {
  assertFields('issueToken', checks, value)
}

/** A token of the mock and what the service would say to it now. */
export interface IssuedToken {
  readonly token: string
  readonly sub: string
  readonly scope: string
  readonly clientId: string
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
  readonly state: 'active' | 'expired' | 'revoked'
}

interface Entry extends Omit<IssuedToken, 'state'> {
  /** The moment from which the token is dead; in the future while a revocation is late. */
  revokedAt?: number
}

/** The tokens of one mock, told apart by the whole string: two tokens of one user share every id they hold. */
export interface TokenLedger {
  readonly issue: (options?: IssueTokenOptions) => IssuedToken
  /** Looks a token up; `undefined` when this mock has never issued it. */
  readonly find: (token: string) => IssuedToken | undefined
  /** Ends a token `lateMs` from now; an unknown token is ignored. */
  readonly revoke: (token: string, lateMs?: number) => void
  readonly all: () => readonly IssuedToken[]
  readonly clear: () => void
}

export const createTokenLedger = (clientId: string, issuer: () => string, now: () => number): TokenLedger => {
  const entries = new Map<string, Entry>()

  const read = ({ token, sub, scope, clientId: client, expiresAt, revokedAt }: Entry): IssuedToken => {
    const time = now()
    const revoked = revokedAt !== undefined && revokedAt <= time
    const state = revoked ? 'revoked' : expiresAt <= time ? 'expired' : 'active'
    return { token, sub, scope, clientId: client, expiresAt, state }
  }

  const entryOf = (token: string): Entry | undefined => {
    const entry = entries.get(keyOf(token))
    return entry?.token === token ? entry : undefined
  }

  return {
    issue(options = {}) {
      const { anonymous = false, expiresIn = defaultLifetime, signed = true } = options
      const issuedAt = Math.floor(now() / 1000)
      const claims = {
        sub: options.sub ?? (anonymous ? randomBytes(16).toString('base64url') : newUserId()),
        scope: options.scope ?? (anonymous ? 'anonymous' : 'user sso'),
        clientId: options.clientId ?? clientId,
        issuedAt,
        expiresAt: issuedAt + expiresIn,
        anonymous,
      }
      const token = mintToken(claims, issuer(), signed)
      const { sub, scope } = claims
      const entry: Entry = {
        token,
        sub,
        scope,
        clientId: claims.clientId,
        expiresAt: claims.expiresAt * 1000,
      }
      entries.set(keyOf(token), entry)
      return read(entry)
    },
    find(token) {
      const entry = entryOf(token)
      return entry && read(entry)
    },
    revoke(token, lateMs = 0) {
      const entry = entryOf(token)
      if (entry) entry.revokedAt = Math.min(entry.revokedAt ?? Infinity, now() + lateMs)
    },
    all: () => [...entries.values()].map(read),
    clear: () => entries.clear(),
  }
}

// The end of a signature is as much its own as the whole token, and a map reads all of its keys: a tenth of the work.
const keyOf = (token: string): string => token.slice(-43)

// Beyond 2^53, like the service's own: whoever reads it as a number gets another user.
const newUserId = (): string => String(2n ** 60n + (randomBytes(8).readBigUInt64BE() >> 4n))
