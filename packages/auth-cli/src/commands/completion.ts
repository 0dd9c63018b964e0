import tab from '@bomb.sh/tab/commander'
import type { Command } from 'commander'

type Shell = 'bash' | 'zsh' | 'fish' | 'powershell'

/** Adds the commands `completion`, which prints the script for a shell, and `complete`, which that script runs. */
export function addCompletion(program: Command): void {
  const completion = tab(program, { completionCommandName: 'completion' })
  const name = program.name()
  program.commands
    .find((command) => command.name() === 'completion')
    ?.action((shell: Shell) => {
      // The library prints the script itself.
      const { log } = console
      console.log = (script: string) => log(shell === 'bash' ? withoutConstants(script) : script)
      try {
        completion.setup(name, name, shell)
      } finally {
        console.log = log
      }
    })
}

/**
 * Puts the values of its read-only constants into a script. Their names are the same in the script of every program that uses the
 * library, so that a shell complains of the second script that it reads, be it of the same program.
 *
 * @see https://github.com/bombshell-dev/tab
 */
function withoutConstants(script: string): string {
  const values = new Map<string, string>()
  const rest = script.replace(/^readonly (\w+)=(\d+)\n/gm, (_, name: string, value: string) => {
    values.set(name, value)
    return ''
  })
  return rest.replace(/\$(\w+)/g, (variable, name: string) => values.get(name) ?? variable)
}
