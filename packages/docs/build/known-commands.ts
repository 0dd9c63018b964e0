// What may be typed into a shell: the commands and flags of our programs, from their own help, and the scripts of the repository.
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { root } from '@tokenward/scripts/test-bed/run-command'
import { helpOf } from './cli-page.ts'

/** The flags of a program or a command, such as `--file`. */
export type Flags = ReadonlySet<string>

export interface KnownCommands {
  /** By the command of `tokenward`, such as `revoke`. */
  readonly cli: ReadonlyMap<string, Flags>
  readonly mock: Flags
}

const flagsOf = (help: string): Set<string> => new Set(help.match(/(?<![\w-])--[a-z][a-z-]+/g))

/** Resolves to what the help of the programs names. */
export async function readKnownCommands(): Promise<KnownCommands> {
  const [, list = ''] = /^Commands:\n([^]*?)\n\n/m.exec(await helpOf('', 'C')) ?? []
  const names = Array.from(list.matchAll(/^ {2}([a-z][\w-]*) /gm), ([, name = '']) => name)
  const helps = await Promise.all(
    names.map(
      async (name) =>
        [name, name === 'help' || name === 'completion' ? '' : await helpOf(name, 'C')] as const,
    ),
  )
  const args = ['--conditions=@tokenward/source', 'src/cli.ts', '--help']
  const mock = await promisify(execFile)(process.execPath, args, { cwd: join(root, 'packages/auth-mock') })
  return { cli: new Map(helps.map(([name, help]) => [name, flagsOf(help)])), mock: flagsOf(mock.stdout) }
}

const scriptsOf = (folder: string): object =>
  (JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as { readonly scripts: object })
    .scripts
/** Commands of pnpm itself. */
const pnpmCommands = ['install', 'exec', 'changeset']

/** Names what is wrong with one command, without what comes before and behind it in a pipe; `undefined` when it can be typed. */
export function findCommandFault(command: string, { cli, mock }: KnownCommands): string | undefined {
  const [program = '', ...words] = command
    .trim()
    .replace(/^(?:\w+=\S*\s+)+/, '')
    .split(/\s+/)
  const unknownFlag = (flags: Flags, given: readonly string[]): string | undefined => {
    const flag = given.find((word) => word.startsWith('--') && !flags.has(word.replace(/=.*/, '')))
    return flag && `${flag} is no flag`
  }
  const ofCli = ([verb = '', ...rest]: readonly string[]): string | undefined => {
    const flags = cli.get(verb)
    if (verb === '' || verb === '--help') return undefined
    return flags ? unknownFlag(flags, rest) : `${verb} is no command`
  }
  // A name in capitals stands for one that the reader chooses.
  const isScript = (folder: string, name: string): boolean =>
    /^[A-Z]+$/.test(name) || Object.hasOwn(scriptsOf(folder), name)
  const ofPnpm = (given: readonly string[]): string | undefined => {
    const [first = '', second = '', script = ''] = given
    if (first === '--dir') return undefined
    if (first === '--filter') {
      const name = second.replace('@tokenward/', '')
      const folder = name === 'scripts' ? name : `packages/${name}`
      return pnpmCommands.includes(script) || isScript(folder, script)
        ? undefined
        : `${second} has no script ${script}`
    }
    const name = first === 'run' ? second : first
    return pnpmCommands.includes(name) || isScript('.', name) ? undefined : `there is no script ${name}`
  }

  const given = program === 'npx' && words[0] === '--yes' ? words.slice(1) : words
  if (program === 'npx' && given[0] === '@tokenward/auth-mock') return unknownFlag(mock, given.slice(1))
  if (program === 'npx' && given[0] === '@tokenward/auth-cli') return ofCli(given.slice(1))
  if (program === 'npx' && given[0] === 'pnpm') return ofPnpm(given.slice(1))
  if (program === 'tokenward' || program === 'tokenward-auth-cli') return ofCli(words)
  if (program === 'pnpm') return ofPnpm(words)
  if (program === 'npm' && words[0] === 'run')
    return isScript('.', words[1] ?? '') ? undefined : `there is no script ${words[1]}`
  return undefined
}
