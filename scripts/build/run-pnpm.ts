// Runs pnpm in the version that the root package.json names.
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** Finds the command that starts pnpm. */
export function findPnpm(): readonly [command: string, ...args: string[]] {
  const manifest = readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')
  const { packageManager } = JSON.parse(manifest) as { packageManager: string }
  const { npm_execpath: program = '', npm_config_user_agent: agent = '' } = process.env
  // pnpm itself has started this process.
  if (agent.startsWith(`${packageManager.replace('@', '/')} `))
    return /\.[cm]?js$/.test(program) ? [process.execPath, program] : [program]
  return ['npx', '--yes', packageManager]
}

/**
 * Runs pnpm in a folder.
 *
 * @returns what it printed to its standard output
 */
export async function runPnpm(folder: string, ...args: readonly string[]): Promise<string> {
  const [command, ...first] = findPnpm()
  const { stdout } = await promisify(execFile)(command, [...first, '--dir', folder, ...args], {
    // npx reads the whole node_modules of the folder that it is started in, which takes seconds.
    cwd: tmpdir(),
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1' },
    maxBuffer: 64 * 1024 * 1024,
  })
  return stdout
}
