import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { findServiceUrl, type ServiceOptions } from '../service/client.ts'
import { checkConnection, explainFailure } from './check-connection.ts'
import { checkOrigin } from './check-origin.ts'
import { checkTokenAtService, checkTokenItself } from './check-token.ts'
import type { Finding } from './finding.ts'
import { CliError, exitCodes } from '../terminal/exit-codes.ts'
import type { Output } from '../terminal/output.ts'
import { readToken } from '../token-input/read-token.ts'

/** Options of the `doctor` command. */
export interface DoctorOptions extends ServiceOptions {
  readonly origin?: string
  /** `false` after `--no-token`. */
  readonly token: boolean
}

/** Looks at everything between this machine and a verdict. Exit code 1 when something has to be mended. */
export async function doctor(options: DoctorOptions, output: Output): Promise<number> {
  const url = await findServiceUrl(options)
  const origin = readOrigin(options.origin)
  const token = options.token ? await readToken(output) : ''
  const findings: Finding[] = []
  for await (const finding of examine(url, origin, token, options)) {
    findings.push(finding)
    if (!output.json) output.result(describe(finding, output), finding)
  }
  const isHealthy = findings.every(({ status }) => status !== 'fail')
  if (output.json) output.result('', { healthy: isHealthy, findings })
  return isHealthy ? exitCodes.yes : exitCodes.no
}

async function* examine(
  url: URL,
  origin: string | undefined,
  token: string,
  options: DoctorOptions,
): AsyncGenerator<Finding> {
  const agent =
    url.protocol === 'https:' ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true })
  try {
    yield checkHost(url)
    let isReachable = true
    for await (const finding of checkConnection(url, agent)) {
      isReachable &&= finding.status !== 'fail' || finding.check === 'clock'
      yield finding
    }
    if (origin && isReachable) yield await checkOrigin(url, origin, agent).catch(explainFailure)
    else
      yield { check: 'origin', status: 'skip', message: origin ? 'mend the rest first' : 'no --origin given' }
    yield checkDeviceId(options.deviceId)
    if (token === '') {
      yield { check: 'token itself', status: 'skip', message: 'no token given' }
      return
    }
    yield checkTokenItself(token, url)
    if (isReachable) yield await checkTokenAtService(token, options)
  } finally {
    agent.destroy()
  }
}

function readOrigin(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  if (URL.canParse(text) && new URL(text).origin === text.replace(/\/$/, '')) return new URL(text).origin
  throw new CliError('--origin must be an origin, such as https://app.example.com')
}

function checkHost({ origin, hostname }: URL): Finding {
  const side = hostname.endsWith('.intl.tcloudbasegateway.com')
    ? ', the international side'
    : hostname.endsWith('.tcloudbasegateway.com')
      ? ', the mainland side'
      : ', a host of your own'
  return { check: 'host', status: 'ok', message: origin + side }
}

function checkDeviceId(deviceId: string | undefined): Finding {
  const check = 'device id'
  if (deviceId === undefined)
    return { check, status: 'skip', message: 'none is sent, which both operations allow' }
  if (deviceId.length >= 16 && deviceId.length <= 48)
    return { check, status: 'ok', message: `${deviceId.length} characters` }
  return {
    check,
    status: 'warn',
    message: `${deviceId.length} characters`,
    advice: 'the vendor’s SDK keeps only ids of 16 to 48 characters, and makes a new one otherwise',
  }
}

const tones = { ok: 'good', warn: 'warn', fail: 'bad', skip: 'dim' } as const

function describe(
  { check, status, message, advice, claims = {} }: Finding,
  { paint, quote }: Output,
): string {
  const shown = Object.entries(claims).map(([name, value]) => `\n      ${quote(`${name}: ${String(value)}`)}`)
  const line = `${paint(tones[status], status.padEnd(4))}  ${check.padEnd(20)}  ${quote(message)}`
  return line + shown.join('') + (advice ? `\n      → ${advice}` : '')
}
