import { type ChildProcessWithoutNullStreams, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { commandPath, environment } from './command-path.ts'

// Where the command is started from its source, the packages beside it are taken from theirs as well.
const condition = '--conditions=@tokenward/source'

/** How one run of the command ended. */
export interface CliResult {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** How it is run. The environment of the tests is not passed on. */
export interface CliOptions {
  readonly input?: string | Buffer
  readonly env?: Record<string, string>
  readonly cwd?: string
  /** Whether it runs in a PID namespace of its own, as in a container: there, it is process 1. */
  readonly container?: boolean
  /** Another name of the command's file. */
  readonly bin?: string
  /** Options of Node's own. */
  readonly nodeOptions?: readonly string[]
}

// As root without more, and otherwise as root of a user namespace.
const unshare = ['unshare', ...(process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'])]
const container = [...unshare, '--pid', '--fork', '--mount-proc', '--kill-child']

/** Starts the command, as a shell would. */
export function startCli(
  args: readonly string[],
  { env, cwd, bin = commandPath, nodeOptions = [], container: isContained = false }: CliOptions = {},
): { readonly child: ChildProcessWithoutNullStreams; readonly result: Promise<CliResult> } {
  const [program = '', ...rest] = [
    ...(isContained ? container : []),
    process.execPath,
    condition,
    ...nodeOptions,
    bin,
    ...args,
  ]
  const child = spawn(program, rest, { env: { ...environment, ...env }, cwd })
  return { child, result: collect(child) }
}

async function collect(child: ChildProcessWithoutNullStreams): Promise<CliResult> {
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, stdout, stderr }
}

/** Runs the command to its end. */
export async function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const { child, result } = startCli(args, options)
  // A command that does not read its input closes it first.
  child.stdin.on('error', () => undefined)
  child.stdin.end(options.input ?? '')
  return result
}

/** Runs the command where no file may become longer than so many blocks of 512 bytes, as on a disk that fills up. */
export async function runLimited(blocks: number, args: readonly string[]): Promise<{ stdout: string }> {
  const shell = [
    '-c',
    `ulimit -f ${blocks}; exec "$0" "$@"`,
    process.execPath,
    condition,
    commandPath,
    ...args,
  ]
  // The exit code is in the error; the tests look at what was printed.
  return promisify(execFile)('sh', shell, { env: {} }).catch((error: { stdout: string }) => error)
}

/** Runs the command within a line of shell, in which `$COMMAND` stands for it, such as `zcat tokens.gz | $COMMAND`. */
export async function runInShell(line: string, args: readonly string[], cwd: string): Promise<CliResult> {
  const shell = [
    '-c',
    line.replace('$COMMAND', '"$0" "$@"'),
    process.execPath,
    condition,
    commandPath,
    ...args,
  ]
  const child = spawn('sh', shell, { env: environment, cwd })
  return collect(child)
}

/** A folder that is gone at the end of the block. */
export function createFolder(): Disposable & { readonly path: (name: string) => string } {
  const folder = mkdtempSync(join(tmpdir(), 'auth-cli-'))
  return {
    path: (name) => join(folder, name),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  }
}
