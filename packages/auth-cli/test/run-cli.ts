import { type ChildProcessWithoutNullStreams, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const bin = fileURLToPath(new URL('../src/bin.ts', import.meta.url))
/** The source of the command, over the source of the packages beside it. */
const command = ['--conditions=@tokenward/source', bin]

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
}

/** Starts the command, as a shell would. */
export function startCli(
  args: readonly string[],
  { env, cwd }: CliOptions = {},
): { readonly child: ChildProcessWithoutNullStreams; readonly result: Promise<CliResult> } {
  const { PATH = '' } = process.env
  const child = spawn(process.execPath, [...command, ...args], { env: { PATH, ...env }, cwd })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const result = once(child, 'close').then(([code]) => ({ code: code as number | null, stdout, stderr }))
  return { child, result }
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
  const shell = ['-c', `ulimit -f ${blocks}; exec "$0" "$@"`, process.execPath, ...command, ...args]
  // The exit code is in the error; the tests look at what was printed.
  return promisify(execFile)('sh', shell, { env: {} }).catch((error: { stdout: string }) => error)
}

/** A folder that is gone at the end of the block. */
export function createFolder(): Disposable & { readonly path: (name: string) => string } {
  const folder = mkdtempSync(join(tmpdir(), 'auth-cli-'))
  return {
    path: (name) => join(folder, name),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  }
}
