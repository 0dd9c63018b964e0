import { type AuthError, isAuthError } from '@tokenward/auth-node'
import { CliError, exitCodes } from '../terminal/exit-codes.ts'
import type { Output } from '../terminal/output.ts'

/** Where a command has sent its requests. */
export interface AskedService {
  readonly host: string
  /** What they went through. */
  readonly proxy?: string
}

/**
 * Prints what ended a command, and tells the exit code that belongs to it.
 *
 * @param asked for the errors of the way to the service
 */
export function reportError(error: unknown, output: Output, asked?: AskedService): number {
  if (isAuthError(error)) {
    const { message, stack: _, ...fields } = error
    const isOfTheWay = error.code === 'network' || error.code === 'timeout'
    const where = isOfTheWay && asked ? asked : undefined
    const words = where ? `; the service is ${where.host}${throughProxy(where)}` : ''
    const told = error.code === 'configuration' ? nameOptions(message) : message
    output.error(told + words + adviceFor(error), { name: error.name, ...fields, ...where })
    if (error.code === 'configuration') return exitCodes.usage
    return error.code === 'still_active' ? exitCodes.no : exitCodes.unknown
  }
  if (error instanceof CliError) {
    output.error(error.message, {})
    return error.exitCode
  }
  output.error(
    error instanceof Error ? `${error.name}: ${error.message}` : 'something unknown was thrown',
    {},
  )
  return exitCodes.unknown
}

/** Spells the names of the client's options as those of the command line. */
function nameOptions(message: string): string {
  return message
    .replace(/^(?=(?:env|region) )/, '--')
    .replace(/\b(?:baseUrl|allowInsecureHttp|clientId|deviceId)\b/g, (name) => {
      return `--${name.replace(/[A-Z]/g, '-$&').toLowerCase()}`
    })
}

function throughProxy({ proxy }: AskedService): string {
  return proxy === undefined ? '' : `, asked through the proxy ${proxy}`
}

function adviceFor(error: AuthError): string {
  switch (error.code) {
    case 'network':
    case 'timeout':
    case 'response':
      return `; ${error.operation === 'verifyToken' ? '' : 'the token may still be alive; '}run doctor to find out why`
    case 'api':
      return error.requestId === undefined ? '' : `; request id ${error.requestId}`
    case 'still_active':
      return '; try again with a longer --timeout'
    default:
      return ''
  }
}
