import type { Finding } from './finding.ts'
import type { Probe, ProbeResult } from './probe.ts'

const check = 'origin'
// What auth-web sends beside what every page may.
const neededHeaders = ['authorization', 'content-type', 'x-device-id']

/** Asks the service as a page of this origin would: a preflight, then the request itself. */
export async function checkOrigin(origin: string, probe: Probe): Promise<Finding> {
  const headers = { origin }
  const preflight = await probe.send({
    method: 'OPTIONS',
    headers: {
      ...headers,
      'access-control-request-method': 'GET',
      'access-control-request-headers': neededHeaders.join(', '),
    },
  })
  const answer = await probe.send({ headers })
  const { host } = new URL(origin)
  if (isRefused(answer))
    return {
      check,
      status: 'fail',
      message: `the service refuses pages of ${origin}`,
      advice: `add ${host} to the environment’s security domains; a change takes up to 10 minutes`,
    }
  const allowed = [preflight, answer].every(
    ({ headers: { 'access-control-allow-origin': value } }) =>
      value !== undefined && [origin, '*'].includes(value.toString()),
  )
  if (!allowed || preflight.status >= 300)
    return {
      check,
      status: 'fail',
      message: `the answer does not let pages of ${origin} read it`,
      advice: `add ${host} to the environment’s security domains, and look for a proxy that drops CORS headers`,
    }
  const listed = (preflight.headers['access-control-allow-headers'] ?? '')
    .toString()
    .toLowerCase()
    .split(/\s*,\s*/)
  const missing = neededHeaders.filter((name) => !listed.includes(name))
  if (missing.length > 0)
    return {
      check,
      status: 'fail',
      message: `pages of ${origin} may not send ${missing.join(', ')}`,
      advice: 'the preflight’s list is not the service’s own: look for a proxy that answers it',
    }
  return { check, status: 'ok', message: `pages of ${origin} may call` }
}

// The vendor's permission_denied, code 7, which itself can be read by the page.
function isRefused({ body }: ProbeResult): boolean {
  try {
    const { error, error_code } = Object(JSON.parse(body)) as Record<string, unknown>
    return error === 'permission_denied' || error_code === 7
  } catch {
    return false
  }
}
