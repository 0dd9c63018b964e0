import { nameService, type ServiceOptions } from '../service/client.ts'
import { CliError, exitCodes } from '../terminal/exit-codes.ts'
import type { Output } from '../terminal/output.ts'
import { tellFleet } from './tell-fleet.ts'

/** Options of `sign-out-user`. */
export interface SignOutUserOptions extends ServiceOptions {
  readonly issuedBefore?: string
  readonly redis?: string
  readonly prefix?: string
  readonly keepHours: number
}

/** Ends every session of a user in the fleet that shares a Redis. Exit code 0 once Redis has been told. */
export async function signOutUser(options: SignOutUserOptions, output: Output, sub: string): Promise<number> {
  if (sub === '') throw new CliError('the user id is empty')
  const { prefix = 'tokenward', keepHours } = options
  const issuedBefore = readTime(options.issuedBefore)
  const url = readRedisUrl(options.redis)
  const service = nameService(options)
  const until = Date.now() + keepHours * 3_600_000
  await tellFleet(url, prefix, { service, sub, issuedBefore, until })

  const before = new Date(issuedBefore).toISOString()
  const end = new Date(until).toISOString()
  // The store of the fleet drops what is older than that, 24 hours by default.
  const limit = keepHours > 24 ? ', if retentionMs of its store is as long' : ''
  output.result(
    [
      `${output.paint('good', 'signed out')}: every session of user ${output.quote(sub)} that began until ${before}`,
      `  service ${service}`,
      `  fleet   told through Redis, prefix ${output.quote(prefix)}; it remembers until ${end}${limit}`,
    ].join('\n'),
    {
      sub,
      issuedBefore: before,
      until: end,
      service,
      prefix,
      fleet: 'told',
      atService: false,
    },
  )
  output.warn(
    'here and in the fleet, not at the service itself, which has no such call: whatever asks the service without this fleet still hears that the tokens are active',
  )
  return exitCodes.yes
}

/** @throws {CliError} when it is no time, or lies in the future */
function readTime(text: string | undefined): number {
  if (text === undefined) return Date.now()
  const [, day = ''] = /^(\d{4}-\d\d-\d\d)T[\d:.]+(?:Z|[+-]\d\d:\d\d)$/.exec(text) ?? []
  // The platform takes the 30th of February for the 2nd of March.
  const isDay = day !== '' && new Date(day).toJSON()?.startsWith(day)
  const time = isDay ? Date.parse(text) : Number.NaN
  if (Number.isNaN(time))
    throw new CliError('--issued-before must be a time with its zone, such as 2026-11-26T08:00:00Z')
  if (time > Date.now())
    throw new CliError(
      '--issued-before lies in the future: sessions that begin until then would be over as well',
    )
  return time
}

/** @throws {CliError} when there is no address of Redis, or it holds a password that others can read */
function readRedisUrl(given: string | undefined): string {
  const name = given === undefined ? 'TOKENWARD_REDIS_URL' : '--redis'
  const text = given ?? process.env['TOKENWARD_REDIS_URL'] ?? ''
  if (text === '') throw new CliError('no Redis is named: set TOKENWARD_REDIS_URL, or give --redis')
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^rediss?:$/.test(url.protocol) || url.hostname === '')
    throw new CliError(`${name} must be an address such as redis://127.0.0.1:6379, or rediss://… for TLS`)
  if (given !== undefined && url.password !== '')
    throw new CliError(
      'a password is never taken from the command line: give the address in TOKENWARD_REDIS_URL. If this was a real one, change it: it now stands in the history of your shell and in the list of processes',
    )
  return text
}
