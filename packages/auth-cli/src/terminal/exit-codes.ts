/** What the process answers to its caller; the same for every command. */
export const exitCodes = {
  /** The answer is yes: the token is active, everything is revoked, nothing is wrong. */
  yes: 0,
  /** The answer is no: the token is inactive, something may still be alive, a check failed. */
  no: 1,
  /** The command line, the configuration or the input cannot be used. Nothing was sent. */
  usage: 2,
  /** Not known: the service could not be asked or believed, the input was not read to its end, or not all was written. */
  unknown: 3,
  /** A token was issued for another environment or application, so that this service can say nothing about it. */
  foreign: 4,
  /** Stopped by Ctrl-C. */
  interrupted: 130,
} as const

/** An error whose message is made for the person at the terminal, and that decides the exit code. */
export class CliError extends Error {
  readonly exitCode: number

  constructor(message: string, exitCode: number = exitCodes.usage) {
    super(message)
    this.exitCode = exitCode
  }
}
