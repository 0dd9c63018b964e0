import { type AuthClient, isAuthError, readTokenExpiry } from '@tokenward/auth-node'
import type { ServiceOptions } from '../service/client.ts'
import { environmentOf, findIdentities } from '../service/identity.ts'
import { takeUnreadable } from '../service/unreadable.ts'
import { describeDuration } from '../terminal/duration.ts'
import { describeAudience, isForeign, readClaims, redactClaims } from '../token-input/token-claims.ts'
import { findUnusable } from '../token-input/unusable.ts'
import type { Finding } from './finding.ts'

/** Looks at what the token says of itself; its signature is not checked. */
export function checkTokenItself(token: string, url: URL, options: ServiceOptions): Finding {
  const check = 'token itself'
  const flaw = findUnusable(token)
  if (flaw !== undefined)
    return {
      check,
      status: 'fail',
      message: `it cannot be sent as a token (${flaw})`,
      advice: 'give the bare token, without "Bearer", quotes or line breaks',
    }
  const jwt = readClaims(token)
  if (!jwt) return { check, status: 'ok', message: 'opaque: it says nothing, which is fine' }
  const claims = redactClaims(jwt)
  const { iss, nbf } = jwt.payload
  const expiry = readTokenExpiry(token)
  const message = expiry === undefined ? 'names no expiry' : describeExpiry(expiry)
  const fail = (status: 'warn' | 'fail', advice: string): Finding => ({
    check,
    status,
    message,
    claims,
    advice,
  })
  const identities = findIdentities(options, url)
  if (isForeign(jwt.payload, identities))
    return fail(
      'fail',
      `${describeAudience(jwt.payload, identities)}: name its own with --env and --client-id`,
    )
  if (expiry !== undefined && expiry <= Date.now()) return fail('fail', 'sign in again')
  if (typeof nbf === 'number' && nbf * 1_000 > Date.now())
    return fail(
      'fail',
      `it is valid only in ${describeDuration(nbf * 1_000 - Date.now())}: compare the clocks`,
    )
  const other = typeof iss === 'string' ? findOtherService(iss, url) : undefined
  if (other !== undefined)
    return fail('warn', `it was issued by ${other}, and ${url.hostname} is asked: see --env and --region`)
  return { check, status: 'ok', message, claims }
}

/** Asks the service, also about a token that calls itself expired. */
export async function checkTokenAtService(
  token: string,
  client: AuthClient,
  itself: Finding,
): Promise<Finding> {
  const check = 'token at the service'
  try {
    const result = await client.verifyToken(token)
    if (takeUnreadable(token))
      return {
        check,
        status: 'fail',
        message: 'the service cannot read it as a token (status 400)',
        advice: 'check that it is whole: the token that it was meant to be may be alive',
      }
    if (!result.active && result.reason === 'malformed')
      return { check, status: 'skip', message: 'not asked: it cannot be sent as a token' }
    if (result.active) {
      const { scope, client_id } = result
      const isAnonymous = scope?.split(' ').includes('anonymous')
      const message = `active${isAnonymous ? ', anonymous' : ''}, scope ${scope ?? 'none'}, client ${client_id ?? 'none'}`
      return { check, status: 'ok', message }
    }
    const advice =
      result.reason === 'expired'
        ? 'sign in again'
        : itself.status !== 'ok'
          ? 'what the token says of itself, above, is the likely reason'
          : itself.claims
            ? 'nothing that the token says of itself explains it: it was revoked, or this service never issued it; sign in again'
            : 'it was revoked, has expired, or belongs to another environment: check --env, or sign in again'
    return { check, status: 'fail', message: `inactive (${result.reason})`, advice }
  } catch (error) {
    if (!isAuthError(error)) throw error
    return {
      check,
      status: 'fail',
      message: error.message,
      advice: adviceFor('status' in error ? error.status : 0),
    }
  }
}

function adviceFor(status: number): string {
  if (status === 401 || status === 403)
    return 'the service refuses the caller: check --client-id and the policies'
  if (status === 429) return 'too many requests: wait, and lower --rate'
  if (status >= 500) return 'the service is failing: this says nothing about the token; try again later'
  return 'this says nothing about the token; mend the connection first'
}

/**
 * Compares issuer and address where both are hosts of the vendor; custom domains and mocks tell nothing.
 *
 * @returns the host of the issuer, when it is another environment or the other side of the border
 */
function findOtherService(issuer: string, url: URL): string | undefined {
  if (!URL.canParse(issuer)) return undefined
  const other = new URL(issuer)
  const [theirs, ours] = [environmentOf(other), environmentOf(url)]
  if (theirs === undefined || ours === undefined) return undefined
  const areGateways = [other, url].every(({ hostname }) => hostname.endsWith('.tcloudbasegateway.com'))
  const isOther = theirs !== ours || (areGateways && other.hostname !== url.hostname)
  return isOther ? other.hostname : undefined
}

function describeExpiry(expiry: number): string {
  const span = describeDuration(expiry - Date.now())
  return expiry <= Date.now() ? `expired ${span} ago` : `expires in ${span}`
}
