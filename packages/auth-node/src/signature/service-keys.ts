import { type AuthClient, AuthConfigurationError, type OptionNames, readOptions } from '@tokenward/auth-core'
import { compactVerify, decodeProtectedHeader, type JWK } from 'jose'
import type { TokenSignature } from '../verifier/token-signature.ts'
import { createKeySet } from './key-set.ts'

/** Options of `serviceKeys`. */
export interface ServiceKeysOptions {
  /** What the claim `iss` must be. @default `iss` is not looked at */
  readonly issuer?: string | undefined
  /**
   * The environment that tokens must be issued for, in `aud` or `project_id`, or a list of them. `null` for any, explicitly.
   * @default the client's `clientId`
   */
  readonly audience?: string | readonly string[] | null | undefined
}

const names: OptionNames<ServiceKeysOptions> = { issuer: true, audience: true }

interface SignedClaims {
  readonly iss?: unknown
  readonly aud?: unknown
  readonly project_id?: unknown
}

/** @throws {AuthConfigurationError} when it is given, and names no environment */
function assertAudience(audience: ServiceKeysOptions['audience']): void {
  if (audience === undefined || audience === null) return
  const named: readonly unknown[] = [audience].flat()
  if (named.length === 0 || !named.every((each) => typeof each === 'string' && each !== ''))
    throw new AuthConfigurationError(
      'audience',
      'must name an environment, or be a list of names; null for any',
    )
}

/** Tells whether the claims speak of one of the audiences, or of none at all. */
function isMeantFor(audiences: readonly string[], { aud, project_id: project }: SignedClaims): boolean {
  const named = [aud, project].flat().filter((each) => typeof each === 'string')
  return named.length === 0 || named.some((each) => audiences.includes(each))
}

/**
 * Checks the signatures of tokens with the service's public keys, so that a verifier refuses made-up tokens without asking the service:
 * RS256, with the keys of `GET /auth/v1/certs`. Needs the package `jose`.
 *
 * The keys are fetched at the first check and cached. They are fetched again for a key that is new, at most once in 30 seconds. While they
 * cannot be fetched, checks go on as without them. That the service has these keys is public knowledge, not documented by the vendor.
 *
 * @param auth the client that the verifier is made of
 * @param options what the claims must say beside a good signature
 * @returns the option `signature` of `createTokenVerifier`
 * @throws {AuthConfigurationError} when an option is unknown or cannot be used, or `auth` is not a client
 * @see RFC 7517 section 5; RFC 7515 section 5.2
 * @example
 * ```ts
 * const auth = createAuthClient({ env: 'my-env' })
 * const verifier = createTokenVerifier(auth, { signature: serviceKeys(auth) })
 * ```
 */
export function serviceKeys(auth: AuthClient, options?: ServiceKeysOptions): TokenSignature {
  if (typeof (auth as Partial<AuthClient> | undefined)?.api?.GET !== 'function')
    throw new AuthConfigurationError('auth', 'must be a client that createAuthClient has made')
  const { issuer, audience } = readOptions('serviceKeys', options, names)
  if (issuer !== undefined && (typeof issuer !== 'string' || issuer === ''))
    throw new AuthConfigurationError('issuer', 'must be the text of the claim iss')
  assertAudience(audience)
  const keys = createKeySet(async () => {
    const { data } = await auth.api.GET('/auth/v1/certs')
    // The typed client checks no shape.
    const { keys: list } = Object(data) as { readonly keys?: unknown }
    if (!Array.isArray(list)) throw new Error('the answer is not a JWK set')
    return list.filter((key) => typeof key === 'object' && key !== null) as JWK[]
  })

  function audiences(): readonly string[] | null {
    const given = audience === undefined ? auth.clientId : audience
    if (given === null) return null
    const list = typeof given === 'string' ? [given] : (given ?? [])
    if (list.length === 0)
      throw new AuthConfigurationError(
        'audience',
        'is required where the client has no clientId; null for any',
      )
    return list
  }

  function isAcceptable(claims: SignedClaims): boolean {
    const accepted = audiences()
    return (issuer === undefined || claims.iss === issuer) && (!accepted || isMeantFor(accepted, claims))
  }

  return {
    async check(token) {
      let kid: string | undefined
      try {
        const header = decodeProtectedHeader(token)
        if (header.alg === 'RS256') kid = header.kid
      } catch {
        // The token is not a JWT.
      }
      if (typeof kid !== 'string') return 'forged'
      const key = await keys.find(kid)
      if (!key) return 'unknown'
      let claims: SignedClaims
      try {
        const { payload } = await compactVerify(token, key, { algorithms: ['RS256'] })
        claims = Object(JSON.parse(new TextDecoder().decode(payload))) as SignedClaims
      } catch {
        return 'forged'
      }
      return isAcceptable(claims) ? 'genuine' : 'forged'
    },
  }
}
