import { isAuthError, isBearerToken, readTokenExpiry } from '@tokenward/auth-node'
import { createClient, type ServiceOptions } from '../service/client.ts'
import type { Finding } from './finding.ts'
import { readClaims, redactClaims } from '../token-input/token-claims.ts'

/** Looks at what the token says of itself; its signature is not checked. */
export function checkTokenItself(token: string, url: URL): Finding {
  const check = 'token itself'
  if (!isBearerToken(token))
    return {
      check,
      status: 'fail',
      message: 'it cannot be a bearer token: spaces, quotes or other characters, or too long',
      advice: 'give the bare token, without "Bearer", quotes or line breaks',
    }
  const jwt = readClaims(token)
  if (!jwt) return { check, status: 'ok', message: 'opaque: it says nothing, which is fine' }
  const claims = redactClaims(jwt)
  const { iss, aud, nbf } = jwt.payload
  const expiry = readTokenExpiry(token)
  const message = expiry === undefined ? 'names no expiry' : describeExpiry(expiry)
  if (expiry !== undefined && expiry <= Date.now())
    return { check, status: 'fail', message, claims, advice: 'sign in again' }
  if (typeof nbf === 'number' && nbf * 1_000 > Date.now())
    return { check, status: 'fail', message, claims, advice: 'it is not valid yet: compare the clocks' }
  const clientId = url.searchParams.get('client_id')
  if (clientId !== null && typeof aud === 'string' && aud !== clientId && aud !== environmentOf(url))
    return {
      check,
      status: 'warn',
      message,
      claims,
      advice: 'aud is another application: check --client-id and --env',
    }
  if (typeof iss === 'string' && isOtherService(iss, url))
    return {
      check,
      status: 'warn',
      message,
      claims,
      advice: 'iss is another environment or the other side of the border: check --env and --region',
    }
  return { check, status: 'ok', message, claims }
}

/** Asks the service, also about a token that calls itself expired. */
export async function checkTokenAtService(token: string, options: ServiceOptions): Promise<Finding> {
  const check = 'token at the service'
  // The largest tolerance: what the service says is the question, not what this clock says.
  const client = createClient(options, { clockToleranceMs: 2_147_483_647 })
  try {
    const result = await client.verifyToken(token)
    if (result.active) {
      const { scope, client_id } = result
      const isAnonymous = scope?.split(' ').includes('anonymous')
      const message = `active${isAnonymous ? ', anonymous' : ''}, scope ${scope ?? 'none'}, client ${client_id ?? 'none'}`
      return { check, status: 'ok', message }
    }
    const advice = {
      malformed: 'give the bare token, without "Bearer", quotes or line breaks',
      expired: 'sign in again',
      rejected:
        'it was revoked, has expired, or belongs to another environment: compare iss and aud, or sign in again',
    }[result.reason]
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

/** Compares issuer and address where both are hosts of the vendor; custom domains and mocks tell nothing. */
function isOtherService(issuer: string, url: URL): boolean {
  if (!URL.canParse(issuer)) return false
  const other = new URL(issuer)
  const vendor = /\.(tcloudbasegateway|tencentcloudapi)\.com$/
  if (!vendor.test(other.hostname) || !vendor.test(url.hostname)) return false
  const areGateways = [other, url].every(({ hostname }) => hostname.endsWith('.tcloudbasegateway.com'))
  return environmentOf(other) !== environmentOf(url) || (areGateways && other.hostname !== url.hostname)
}

function environmentOf({ hostname }: URL): string | undefined {
  return hostname.split('.', 1)[0]
}

function describeExpiry(expiry: number): string {
  const minutes = Math.round(Math.abs(expiry - Date.now()) / 60_000)
  const span = minutes < 120 ? `${minutes} minutes` : `${Math.round(minutes / 60)} hours`
  return expiry <= Date.now() ? `expired ${span} ago` : `expires in ${span}`
}
