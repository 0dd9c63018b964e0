import { CliError } from '../terminal/exit-codes.ts'

// The header of a JWT begins with `{"` or `{ `; nothing else on a command line has 80 such characters without a slash.
const tokenLike = /ey[A-Z][\w-]{5,}\.[\w-]{5,}|[\w~+=-]{80,}|^Bearer\s/
const tokenOption = /^--?(access[-_]?|bearer[-_]?)?token(=|$)|^-t/i

/**
 * Refuses a command line that holds a token, without repeating it: other users of the machine can read it, and the shell keeps it.
 *
 * @throws {CliError} when an argument looks like a token, or like the option that would carry one
 */
export function assertNoToken(argv: readonly string[]): void {
  if (!argv.some((argument) => tokenLike.test(argument) || tokenOption.test(argument))) return
  throw new CliError(
    'a token is never taken from the command line: give it on stdin, in TOKENWARD_TOKEN or at the prompt. ' +
      'If this was a real one, revoke it: it now stands in the history of your shell and in the list of processes',
  )
}
