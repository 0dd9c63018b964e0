/** What the process answers to its caller; the same for every command. */
export const exitCodes = {
  /** The token is active, everything is dead, nothing is wrong: whatever was asked for holds. */
  yes: 0,
  /** It does not: the token is inactive, something may still be alive, a check failed. */
  no: 1,
  /** The command line or the configuration cannot be used. Nothing was sent. */
  usage: 2,
  /** The service could not be asked, or its answer could not be believed. */
  unknown: 3,
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
