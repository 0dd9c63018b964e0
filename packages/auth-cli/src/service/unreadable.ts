import { CliError, exitCodes } from '../terminal/exit-codes.ts'

// `failed_precondition`: what the service answers with status 400 to a text that is no whole token.
const unreadableCode = 9

// The header that holds such a token, until `takeUnreadable` asks for it.
const unreadable = new Set<string | undefined>()

/** Notes an answer with status 400: the client tells its verdict of it, and not what it said. */
export function noteBadRequest(authorization: string | undefined, body: Buffer): void {
  if (readErrorCode(body) === unreadableCode) unreadable.add(authorization)
}

/**
 * Tells, once, whether the service has called a token dead only because it could not read it. A guard turns such a token away, as it does
 * every dead one. But a token that was cut off or changed is answered so as well, and the whole one may be alive.
 *
 * Every other answer that calls a token dead, such as a 400 with `invalid_token`, speaks of a token that the service has read.
 */
export function takeUnreadable(token: string): boolean {
  // As after almost every token: spares it a hash of the whole header.
  return unreadable.size > 0 && unreadable.delete(`Bearer ${token}`)
}

function readErrorCode(body: Buffer): unknown {
  try {
    // Decoded as the client does it, which passes over a byte order mark.
    const answer = JSON.parse(new TextDecoder().decode(body)) as ErrorCode | null
    return answer?.error_code
  } catch {
    return undefined
  }
}

interface ErrorCode {
  readonly error_code?: unknown
}

/** What stands behind their number in a summary. */
export const unreadableWords =
  'unreadable: the service cannot read these as tokens; the tokens that they were cut off from may be alive'

/** Refuses to call such a token dead. */
export function createUnreadableError(): CliError {
  return new CliError(
    'the service cannot read this as a token (status 400), which proves nothing of the token that it was meant to be: check that it is whole',
    exitCodes.unknown,
  )
}
