import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { isLoopback } from '../service/proxy.ts'
import { describeDuration } from '../terminal/duration.ts'
import { connectionCodeOf, explainFailure } from './explain-failure.ts'
import type { Finding } from './finding.ts'
import type { Probe, ProbeResult } from './probe.ts'

const expiryWarningDays = 14
// Beyond core's default clock tolerance, live tokens are called expired.
const clockFailMs = 60_000
const clockWarnMs = 5_000
const latencyWarnMs = 1_000
const latencyProbes = 5
const dayMs = 86_400_000

/** Looks at the way to the service: proxy, name, certificate, answer, clock, latency. Stops at the first step that is broken. */
export async function* checkConnection(
  url: URL,
  probe: Probe,
  proxy: URL | undefined,
): AsyncGenerator<Finding> {
  yield describeProxy(proxy)
  const name = proxy ? skipName(proxy) : await checkName(url)
  yield name
  if (name.status === 'fail') return
  let first: ProbeResult
  try {
    first = await probe.send()
  } catch (error) {
    yield explainFailure(error, proxy)
    return
  }
  yield checkCertificate(url, first)
  yield checkAnswer(first)
  yield checkClock(first)
  yield await checkLatency(probe).catch((error: unknown) => explainFailure(error, proxy))
}

function describeProxy(proxy: URL | undefined): Finding {
  const check = 'proxy'
  if (!proxy)
    return {
      check,
      status: 'skip',
      message: 'none is used for this host; see HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY',
    }
  const user = proxy.username === '' ? '' : ', with a user and a password'
  return { check, status: 'ok', message: `everything goes through ${proxy.protocol}//${proxy.host}${user}` }
}

function skipName(proxy: URL): Finding {
  return { check: 'dns', status: 'skip', message: `the proxy ${proxy.host} resolves the name` }
}

async function checkName({ hostname }: URL): Promise<Finding> {
  const check = 'dns'
  if (isIP(hostname.replace(/[[\]]/g, '')))
    return { check, status: 'skip', message: 'the address is a number, not a name' }
  try {
    const addresses = await lookup(hostname, { all: true })
    return { check, status: 'ok', message: addresses.map(({ address }) => address).join(', ') }
  } catch (error) {
    const code = connectionCodeOf(error)
    const advice =
      code === 'ENOTFOUND'
        ? 'check the environment id and the region: the name is made of both. Where only a proxy may look up names, set HTTPS_PROXY'
        : 'the name server does not answer: check this machine’s network'
    return { check, status: 'fail', message: `${hostname} cannot be resolved (${code})`, advice }
  }
}

function checkCertificate(url: URL, { tls }: ProbeResult): Finding {
  const check = 'tls'
  if (!tls && isLoopback(url)) return { check, status: 'skip', message: 'plain HTTP within this machine' }
  if (!tls)
    return {
      check,
      status: 'warn',
      message: `plain HTTP: everything on the way to ${url.hostname} can read each token`,
      advice: 'give an https: address, except in a test',
    }
  const left = tls.validTo.getTime() - Date.now()
  if (Number.isNaN(left))
    return {
      check,
      status: 'warn',
      message: `${tls.protocol}, and the certificate names no end`,
      advice: 'tell those who run that host',
    }
  const message = `${tls.protocol}, certificate by ${tls.issuer}, valid for ${describeDuration(left)} more`
  return left < expiryWarningDays * dayMs
    ? {
        check,
        status: 'warn',
        message,
        advice: 'the certificate runs out soon; tell those who run that host',
      }
    : { check, status: 'ok', message }
}

function checkAnswer({ status, headers, body }: ProbeResult): Finding {
  const check = 'answer'
  if (status === 407)
    return {
      check,
      status: 'fail',
      message: 'the proxy asks for credentials (status 407)',
      advice: 'put user and password into the address of the proxy: http://user:password@host:port',
    }
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
      message: `status ${status}, but no JSON (${describeType(headers['content-type'])})`,
      advice: 'this is not the auth service: a proxy, a login page, or a wrong --base-url',
    }
  if ([402, 404, 423, 451].includes(status))
    return {
      check,
      status: 'fail',
      message: `status ${status}`,
      advice: 'the gateway does not serve this environment: check its id, its region and its bill',
    }
  // The auth service refuses it. A cache that repeats an answer, or another service, may let it pass, and would call every token dead.
  if (status < 300)
    return {
      check,
      status: 'fail',
      message: `status ${status} to a request without a token, which the service refuses`,
      advice: 'another service or a cache answers in its place: check --base-url, and what stands in between',
    }
  return { check, status: 'ok', message: `status ${status} to a request without a token, as expected` }
}

function describeType(type: string | string[] | undefined): string {
  return type === undefined ? 'no content type' : type.toString().slice(0, 60)
}

/** Compares the service's `Date` with this clock; the header holds whole seconds. */
function checkClock({ headers: { date }, sentAt, durationMs }: ProbeResult): Finding {
  const check = 'clock'
  const theirs = Date.parse(date?.toString() ?? '')
  if (Number.isNaN(theirs)) return { check, status: 'skip', message: 'the answer has no Date' }
  const skew = sentAt + durationMs / 2 - (theirs + 500)
  const message = `this machine is ${describeDuration(skew)} ${skew > 0 ? 'ahead of' : 'behind'} the service`
  if (Math.abs(skew) < clockWarnMs) return { check, status: 'ok', message }
  return {
    check,
    status: Math.abs(skew) < clockFailMs ? 'warn' : 'fail',
    message,
    advice: 'synchronise this machine’s clock (NTP): token expiry is judged by it',
  }
}

async function checkLatency(probe: Probe): Promise<Finding> {
  const durations: number[] = []
  while (durations.length < latencyProbes) durations.push((await probe.send()).durationMs)
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
