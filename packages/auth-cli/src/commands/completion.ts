import tab from '@bomb.sh/tab/commander'
import type { Command } from 'commander'

type Shell = 'bash' | 'zsh' | 'fish' | 'powershell'

/** Adds the commands `completion`, which prints the script for a shell, and `complete`, which that script runs. */
export function addCompletion(program: Command): void {
  const completion = tab(program, { completionCommandName: 'completion' })
  const name = program.name()
  const find = (command: string): Command | undefined =>
    program.commands.find((each) => each.name() === command)
  find('completion')?.action((shell: Shell) => {
    if (shell === 'bash') console.log(createBashScript(name))
    else completion.setup(name, name, shell)
  })
  find('complete')?.action((words: string[]) => {
    // The library takes the last word off where it is empty.
    const lines = capture(() => completion.parse([...words]))
    // It proposes nothing, and forbids the shell to propose files, by `:4`.
    const isFree = lines.length === 1 && !words.at(-1)?.startsWith('-')
    console.log(isFree ? ':0' : lines.join('\n'))
  })
}

/** What the library prints. */
function capture(print: () => void): string[] {
  const { log } = console
  const lines: string[] = []
  console.log = (line: string) => lines.push(line)
  try {
    print()
  } finally {
    console.log = log
  }
  return lines
}

/**
 * The script for bash. That of the library runs what was typed, `$(…)` included, needs the package bash-completion, and keeps bash from
 * completing the names of files.
 *
 * @see https://www.gnu.org/software/bash/manual/html_node/Programmable-Completion-Builtins.html
 */
function createBashScript(name: string): string {
  const identifier = `_${name.replaceAll('-', '_')}`
  return `# bash completion for ${name}
${identifier}() {
    local current=\${COMP_WORDS[COMP_CWORD]} value values=()
    while IFS=$'\\t' read -r value _; do
        if [[ $value == "$current"* && $value != :* ]]; then values+=("$value"); fi
    done < <(${name} complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
    COMPREPLY=("\${values[@]}")
}
complete -o default -F ${identifier} ${name}`
}
