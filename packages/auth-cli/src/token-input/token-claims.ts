/** What a JWT says of itself. */
export interface TokenClaims {
  readonly header: Readonly<Record<string, unknown>>
  readonly payload: Readonly<Record<string, unknown>>
}

// None of these names a person.
const harmless =
  /^(alg|kid|typ|iss|aud|client_id|project_id|iat|nbf|exp|scope|provider_type|user_type|role|is_anonymous)$/

/** The claims of a JWT. */
export type Claims = TokenClaims['payload']

/** Reads header and claims, without checking the signature. @returns `undefined` when the token is no JWT */
export function readClaims(token: string): TokenClaims | undefined {
  const [header, payload] = token.split('.', 2).map(readPart)
  return header && payload && { header, payload }
}

/** Reads the claims alone, of one token among many. @returns `undefined` when the token is no JWT */
export function readPayload(token: string): Claims | undefined {
  const start = token.indexOf('.') + 1
  const end = token.indexOf('.', start)
  return start > 0 && end > start ? readPart(token.slice(start, end)) : undefined
}

function readPart(part: string): Claims | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString())
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Claims)
      : undefined
  } catch {
    return undefined
  }
}

/**
 * Tells whether a token was issued for another environment or application: it names its audience or its project, and neither is one of `identities`.
 * A token that names none is never foreign, and where no identity is known, no token is.
 */
export function isForeign(claims: Claims | undefined, identities: readonly string[]): boolean {
  if (identities.length === 0) return false
  const known = new Set(identities.map((name) => name.toLowerCase()))
  const named = readAudience(claims)
  return named.length > 0 && !named.some((name) => known.has(name.toLowerCase()))
}

/** Reads whom a token was issued for: its `aud`, a text or a list of them, and its `project_id`. */
export function readAudience(claims: Claims | undefined): string[] {
  const { aud, project_id } = claims ?? {}
  const names = [aud, project_id].flat().filter((name) => typeof name === 'string' && name !== '')
  return [...new Set(names as string[])]
}

/** Says whom a foreign token was issued for, and whom the run is about. */
export function describeAudience(claims: Claims | undefined, identities: readonly string[]): string {
  return `the token was issued for ${readAudience(claims).join(' and ')}, not for ${identities.join(' or ')}`
}

/** Describes claims for a screen that others may see: what names a person is left out, and the user id is cut. */
export function redactClaims({ header, payload }: TokenClaims): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries({ ...header, ...payload }).map(([name, value]) => {
      if (name === 'sub') return [name, String(value).replace(/^(.{4}).+$/su, '$1…')]
      const shown = harmless.test(name) ? value : '[redacted]'
      return [name, typeof shown === 'object' ? JSON.stringify(shown) : shown]
    }),
  )
}
