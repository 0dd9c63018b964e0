import { randomBytes } from 'node:crypto'
import { AuthConfigurationError, isBearerToken } from '@tokenward/auth-core'
import { checkOptions, flag, text, type OptionRules } from '../options/check-options.ts'
import { mintToken } from './mint-token.ts'
import type { SigningKeys } from './signing-keys.ts'

/** How long a token lives unless told otherwise, in seconds. */
export const defaultLifetime = 7200

/** Who a token is for, and for how long. */
export interface IssueTokenOptions {
  /**
   * The user's id. `anon` and `service_role` are those of the vendor's keys, which guards refuse.
   * @default a new one, of the kind that belongs to `anonymous`
   */
  readonly sub?: string | undefined
  /** Space-separated scopes. `server` is that of a server's token. @default 'user sso', or 'anonymous' for an anonymous user */
  readonly scope?: string | undefined
  /** The client that the token is for. @default the `clientId` of the mock */
  readonly clientId?: string | undefined
  /** Lifetime in seconds, as on the wire; zero or less issues an expired token. @default 7200 */
  readonly expiresIn?: number | undefined
  /** Issues a token of an anonymous user. @default false */
  readonly anonymous?: boolean | undefined
  /** `false` fills the signature with random bytes: much faster, for loads of tokens. @default true */
  readonly signed?: boolean | undefined
  /** A string of your own in place of a JWT, such as `alice`; it has the syntax of a bearer token. @default a JWT is minted */
  readonly token?: string | undefined
}

const rules: OptionRules<IssueTokenOptions> = {
  sub: text,
  scope: text,
  clientId: text,
  expiresIn: { accepts: Number.isFinite, expected: 'a number of seconds' },
  anonymous: flag,
  signed: flag,
  token: { accepts: () => true, expected: 'text' },
}

/**
 * Reads what `issueToken` takes.
 *
 * @throws {AuthConfigurationError} for an unknown option or a wrong value
 */
export function readIssueTokenOptions(value: unknown): IssueTokenOptions {
  const options = checkOptions('issueToken', rules, value)
  const { token } = options
  // Said without the value, which may be a real token.
  if (token !== undefined && !(typeof token === 'string' && isBearerToken(token)))
    throw new AuthConfigurationError('token', 'must be text without blanks that can stand behind Bearer')
  return options
}

/** A token of the mock, and its state now. */
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

/** The tokens of one mock. The whole string tells them apart, because two tokens of one user share every id they hold. */
export interface TokenStore {
  readonly issue: (options?: IssueTokenOptions) => IssuedToken
  /** Looks a token up; `undefined` when this mock has never issued it. */
  readonly find: (token: string) => IssuedToken | undefined
  /** Ends a token `lateMs` from now; an unknown token is ignored. */
  readonly revoke: (token: string, lateMs?: number) => void
  readonly all: () => readonly IssuedToken[]
  readonly clear: () => void
}

/** What a token store works with. */
export interface TokenStoreOptions {
  readonly clientId: string
  /** The `iss` of its tokens. */
  readonly issuer: () => string
  readonly keys: SigningKeys
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

// How many of a token's last characters find it, in characters of base64: 256 bits.
const endLength = 43

/** Creates the store of one mock. */
export function createTokenStore({ clientId, issuer, keys, now }: TokenStoreOptions): TokenStore {
  const entries = new Map<string, Entry>()

  function read({ token, sub, scope, clientId: client, expiresAt, revokedAt }: Entry): IssuedToken {
    const time = now()
    const revoked = revokedAt !== undefined && revokedAt <= time
    const state = revoked ? 'revoked' : expiresAt <= time ? 'expired' : 'active'
    return { token, sub, scope, clientId: client, expiresAt, state }
  }

  // The end of a signature is as unique as the whole token, and a map hashes all of its keys: this is a tenth of the work. Only a token
  // of the caller's own can have the end of another one. The longer key, which is no end, is then its own.
  function keyOf(token: string): string {
    const end = token.slice(-endLength)
    const holder = entries.get(end)
    return holder === undefined || holder.token === token ? end : `whole ${token}`
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
      const token = options.token ?? mintToken(claims, issuer(), keys.current(), signed)
      const entry: Entry = {
        token,
        sub: claims.sub,
        scope: claims.scope,
        clientId: claims.clientId,
        expiresAt: claims.expiresAt * 1000,
      }
      entries.set(keyOf(token), entry)
      return read(entry)
    },
    find(token) {
      const entry = entries.get(keyOf(token))
      return entry && read(entry)
    },
    revoke(token, lateMs = 0) {
      const entry = entries.get(keyOf(token))
      if (entry) entry.revokedAt = Math.min(entry.revokedAt ?? Infinity, now() + lateMs)
    },
    all: () => [...entries.values()].map(read),
    clear: () => entries.clear(),
  }
}

// Beyond 2^53, like the service's own: a reader that takes it for a number gets another user.
function newUserId(): string {
  return String(2n ** 60n + (randomBytes(8).readBigUInt64BE() >> 4n))
}
