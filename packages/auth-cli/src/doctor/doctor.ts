import { openService, type Service, type ServiceOptions } from '../service/client.ts'
import { whateverTheClock } from '../service/verify-at-service.ts'
import { CliError, exitCodes } from '../terminal/exit-codes.ts'
import { padTo } from '../terminal/language.ts'
import type { Output } from '../terminal/output.ts'
import { readToken } from '../token-input/read-token.ts'
import { checkConnection } from './check-connection.ts'
import { checkOrigin } from './check-origin.ts'
import { checkTokenAtService, checkTokenItself } from './check-token.ts'
import { explainFailure } from './explain-failure.ts'
import type { Finding } from './finding.ts'
import { createProbe } from './probe.ts'

/** Options of the `doctor` command. */
export interface DoctorOptions extends ServiceOptions {
  readonly origin?: string
  /** `false` after `--no-token`. */
  readonly token: boolean
}

/** Looks at everything between this machine and a verdict. Exit code 1 when something has to be mended. */
export async function doctor(options: DoctorOptions, output: Output): Promise<number> {
  await using service = await openService(options, 1, whateverTheClock)
  const origin = readOrigin(options.origin)
  const token = options.token ? await readToken(output) : ''
  const findings: Finding[] = []
  for await (const finding of examine(service, origin, token, options)) {
    findings.push(finding)
    if (!output.json) output.result(describe(finding, output), finding)
  }
  const isHealthy = findings.every(({ status }) => status !== 'fail')
  output.result(`\n${summarize(findings, output)}`, { healthy: isHealthy, findings })
  return isHealthy ? exitCodes.yes : exitCodes.no
}

async function* examine(
  { url, transport, client }: Service,
  origin: string | undefined,
  token: string,
  options: DoctorOptions,
): AsyncGenerator<Finding> {
  using probe = createProbe(url, transport)
  yield describeHost(url)
  let isReachable = true
  for await (const finding of checkConnection(url, probe, transport.proxy)) {
    isReachable &&= finding.status !== 'fail' || finding.check === 'clock'
    yield finding
  }
  if (origin !== undefined && isReachable)
    yield await checkOrigin(origin, probe).catch((error: unknown) => explainFailure(error, transport.proxy))
  else
    yield {
      check: 'origin',
      status: 'skip',
      message: origin === undefined ? 'no --origin given' : 'mend the rest first',
    }
  yield checkDeviceId(options.deviceId)
  if (token === '') {
    yield { check: 'token itself', status: 'skip', message: 'no token given' }
    return
  }
  const itself = checkTokenItself(token, url, options)
  yield itself
  if (isReachable) yield await checkTokenAtService(token, client, itself)
}

/** Says in one line what came of it. */
function summarize(findings: readonly Finding[], { paint, translate }: Output): string {
  const namesOf = (status: Finding['status']): string =>
    findings
      .filter((finding) => finding.status === status)
      .map(({ check }) => translate(check))
      .join(translate(', '))
  const [broken, doubtful] = [namesOf('fail'), namesOf('warn')]
  if (broken !== '')
    return paint('bad', translate(`to be mended: ${broken}${doubtful && `; to be looked at: ${doubtful}`}`))
  if (doubtful !== '') return paint('warn', translate(`works; to be looked at: ${doubtful}`))
  return paint('good', translate('nothing to mend'))
}

function readOrigin(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  if (URL.canParse(text) && new URL(text).origin === text.replace(/\/$/, '')) return new URL(text).origin
  throw new CliError('--origin must be an origin, such as https://app.example.com')
}

function describeHost({ origin, hostname }: URL): Finding {
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
  { paint, quote, translate }: Output,
): string {
  const shown = Object.entries(claims).map(([name, value]) => `\n      ${quote(`${name}: ${String(value)}`)}`)
  const state = paint(tones[status], padTo(4, translate(status)))
  const line = `${state}  ${padTo(20, translate(check))}  ${quote(translate(message))}`
  return line + shown.join('') + (advice === undefined ? '' : `\n      → ${quote(translate(advice))}`)
}
