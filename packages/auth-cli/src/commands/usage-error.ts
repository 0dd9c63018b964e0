import type { CommanderError } from 'commander'
import { CliError } from '../terminal/exit-codes.ts'

/**
 * Words what commander says of a command line without repeating it. An option is named again only when it is a word: anything else may
 * be a secret that strayed there. What was probably meant is a name of ours.
 */
export function toUsageError({ code, message }: CommanderError): CliError {
  const option = /option '(--[a-z][a-z-]{1,20})[ ']/.exec(message)?.[1]
  const shells = 'completion takes one of zsh, bash, fish, powershell'
  const what = {
    'commander.unknownCommand': 'unknown command',
    'commander.excessArguments':
      'unexpected argument; a token belongs on stdin, and a file of them behind --file',
    'commander.missingArgument': /'sub'/.test(message) ? 'the user id is missing' : shells,
    'commander.invalidArgument': shells,
    'commander.unknownOption': option ? `unknown option ${option}` : 'unknown option',
    'commander.optionMissingArgument': option ? `${option} needs a value` : 'an option needs a value',
  }[code]
  const meant = /\(Did you mean (?:one of )?([^?)]+)\?\)/.exec(message)?.[1]
  const question = meant === undefined ? '' : `; did you mean ${meant.replace(/, (?=[^,]+$)/, ' or ')}?`
  return new CliError(`${what ?? 'the command line cannot be used'}${question || '; see --help'}`)
}
