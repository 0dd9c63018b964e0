// Runs a tool of the workspace, and tells whether it succeeded.
import { spawn } from 'node:child_process'
import { delimiter } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The root of the workspace. */
export const root: string = fileURLToPath(new URL('../..', import.meta.url))

/** Where programs keep their compiled code: most of those that tests start run for less time than compiling them takes. */
export const compileCache: string = `${root}node_modules/.cache/compiled`

/** Resolves to whether the command ended with 0, run at the root by default. What it prints is shown, unless it is `quiet` and succeeds. */
export async function runCommand(
  command: string,
  args: readonly string[],
  { quiet = false, cwd = root }: { readonly quiet?: boolean; readonly cwd?: string } = {},
): Promise<boolean> {
  const bins = ['node_modules/.bin', 'scripts/node_modules/.bin'].map((folder) => `${root}${folder}`)
  const env = {
    ...process.env,
    PATH: [...bins, process.env['PATH']].join(delimiter),
    NODE_COMPILE_CACHE: compileCache,
    TURBO_TELEMETRY_DISABLED: '1',
    REDOCLY_TELEMETRY: 'off',
    REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true',
  }
  const child = spawn(command, args, {
    cwd,
    env,
    stdio: ['ignore', quiet ? 'pipe' : 'inherit', quiet ? 'pipe' : 'inherit'],
  })
  const printed: Buffer[] = []
  child.stdout?.on('data', (chunk: Buffer) => printed.push(chunk))
  child.stderr?.on('data', (chunk: Buffer) => printed.push(chunk))
  const succeeded = await new Promise<boolean>((resolve) => {
    child.on('error', (error) => {
      printed.push(Buffer.from(`${error.message}\n`))
      resolve(false)
    })
    child.on('close', (code) => resolve(code === 0))
  })
  if (!succeeded) process.stderr.write(Buffer.concat(printed))
  return succeeded
}
