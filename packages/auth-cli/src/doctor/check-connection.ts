import { lookup } from 'node:dns/promises'
import type { Agent } from 'node:http'
import { isIP } from 'node:net'
import type { Finding } from './finding.ts'
import { type Probe, probe } from './probe.ts'

const expiryWarningDays = 14
// Beyond core's default clock tolerance, live tokens are called expired.
const clockFailMs = 60_000
const clockWarnMs = 5_000
const latencyWarnMs = 1_000
const latencyProbes = 5

/** Looks at the way to the service: name, certificate, answer, clock, latency. Stops at the first step that is broken. */
export async function* checkConnection(url: URL, agent: Agent): AsyncGenerator<Finding> {
  const name = await checkName(url)
  yield name
  if (name.status === 'fail') return
  let first: Probe
  try {
    first = await probe(url, { agent })
  } catch (error) {
    yield explainFailure(error)
    return
  }
  yield checkCertificate(first)
  yield checkAnswer(first)
  yield checkClock(first)
  yield await checkLatency(url, agent).catch(explainFailure)
}

async function checkName({ hostname }: URL): Promise<Finding> {
  const check = 'dns'
  if (isIP(hostname.replace(/[[\]]/g, '')))
    return { check, status: 'skip', message: 'the address is a number, not a name' }
  try {
    const addresses = await lookup(hostname, { all: true })
    return { check, status: 'ok', message: addresses.map(({ address }) => address).join(', ') }
  } catch (error) {
    const code = codeOf(error)
    const advice =
      code === 'ENOTFOUND'
        ? 'check the environment id and the region: the name is made of both'
        : 'the name server does not answer: check this machine’s network'
    return { check, status: 'fail', message: `${hostname} cannot be resolved (${code})`, advice }
  }
}

function checkCertificate({ tls }: Probe): Finding {
  const check = 'tls'
  if (!tls) return { check, status: 'skip', message: 'plain HTTP, which is allowed to this machine only' }
  const days = Math.floor((tls.validTo.getTime() - Date.now()) / 86_400_000)
  const message = `${tls.protocol}, certificate by ${tls.issuer}, valid for ${days} more days`
  return days < expiryWarningDays
    ? { check, status: 'warn', message, advice: 'the certificate runs out soon; tell whoever runs that host' }
    : { check, status: 'ok', message }
}

/** Words for a request that brought no answer. */
export function explainFailure(error: unknown): Finding {
  const code = codeOf(error)
  if (/CERT|SIGNATURE|ISSUER|TLS|SSL/.test(code)) {
    const advice =
      code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID'
        ? 'set the clock of this machine; if it is right, the host’s certificate is out of date'
        : code === 'ERR_TLS_CERT_ALTNAME_INVALID'
          ? 'the certificate is for another host: check --base-url'
          : 'something between here and the service opens the connection; add its certificate with NODE_EXTRA_CA_CERTS'
    return { check: 'tls', status: 'fail', message: `the certificate is not trusted (${code})`, advice }
  }
  const advice = {
    EPROTO: 'that port does not speak TLS: check the address',
    ECONNREFUSED: 'nothing listens there: check host and port, or start the mock',
    ECONNRESET: 'something ends the connection: look for a firewall or a proxy',
    TIMEOUT: 'packets are lost: look for a firewall, or a proxy that this program does not use',
  }[code]
  return {
    check: 'answer',
    status: 'fail',
    message: `the service cannot be reached (${code})`,
    advice: advice ?? 'check the network between this machine and the host',
  }
}

function checkAnswer({ status, headers, body }: Probe): Finding {
  const check = 'answer'
  if (status >= 300 && status < 400)
    return {
      check,
      status: 'fail',
      message: `redirected with status ${status}`,
      advice: 'redirects are never followed: give the final address with --base-url',
    }
  if (status >= 500 || status === 429)
    return {
      check,
      status: 'fail',
      message: `status ${status}`,
      advice: 'the service is failing or limiting: wait, then look at the vendor’s status page',
    }
  if (!isJsonObject(body))
    return {
      check,
      status: 'fail',
      message: `status ${status}, but no JSON (${String(headers['content-type']).slice(0, 60)})`,
      advice: 'this is not the auth service: a proxy, a login page, or a wrong --base-url',
    }
  if ([402, 404, 423, 451].includes(status))
    return {
      check,
      status: 'fail',
      message: `status ${status}`,
      advice: 'the gateway does not serve this environment: check its id, its region and its bill',
    }
  return { check, status: 'ok', message: `status ${status} to a request without a token, as expected` }
}

/** Compares the service's `Date` with this clock; the header holds whole seconds. */
function checkClock({ headers, sentAt, durationMs }: Probe): Finding {
  const check = 'clock'
  const theirs = Date.parse(headers.date ?? '')
  if (Number.isNaN(theirs)) return { check, status: 'skip', message: 'the answer has no Date' }
  const skew = sentAt + durationMs / 2 - (theirs + 500)
  const seconds = Math.round(Math.abs(skew) / 1_000)
  const message = `this machine is ${seconds} s ${skew > 0 ? 'ahead of' : 'behind'} the service`
  if (Math.abs(skew) < clockWarnMs) return { check, status: 'ok', message }
  return {
    check,
    status: Math.abs(skew) < clockFailMs ? 'warn' : 'fail',
    message,
    advice: 'synchronise this machine’s clock (NTP): token expiry is judged by it',
  }
}

async function checkLatency(url: URL, agent: Agent): Promise<Finding> {
  const durations: number[] = []
  while (durations.length < latencyProbes) durations.push((await probe(url, { agent })).durationMs)
  durations.sort((a, b) => a - b)
  const median = durations[Math.floor(latencyProbes / 2)] ?? 0
  const message = `median ${median.toFixed(0)} ms, worst ${(durations.at(-1) ?? 0).toFixed(0)} ms of ${latencyProbes}`
  if (median < latencyWarnMs) return { check: 'latency', status: 'ok', message }
  const advice = 'run closer to the region, check the region itself, or allow more with --timeout'
  return { check: 'latency', status: 'warn', message, advice }
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null
  } catch {
    return false
  }
}

function codeOf(error: unknown): string {
  const { name, code } = Object(error) as { name?: unknown; code?: unknown }
  if (name === 'AbortError' || name === 'TimeoutError') return 'TIMEOUT'
  return typeof code === 'string' ? code : 'unknown'
}
