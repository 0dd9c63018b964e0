// Runs pnpm in the version that a workspace's package.json names.
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** Finds the command that starts the pnpm of a workspace. */
export function findPnpm(workspace: string): readonly [command: string, ...args: string[]] {
  const manifest = readFileSync(join(workspace, 'package.json'), 'utf8')
  const { packageManager } = JSON.parse(manifest) as { packageManager: string }
  const { npm_execpath: program = '', npm_config_user_agent: agent = '' } = process.env
  // pnpm itself has started this process.
  if (agent.startsWith(`${packageManager.replace('@', '/')} `))
    return /\.[cm]?js$/.test(program) ? [process.execPath, program] : [program]
  return ['npx', '--yes', packageManager]
}

/**
 * Runs pnpm in a workspace.
 *
 * @returns what it printed to its standard output
 */
export async function runPnpm(workspace: string, ...args: readonly string[]): Promise<string> {
  const [command, ...first] = findPnpm(workspace)
  const { stdout } = await promisify(execFile)(command, [...first, '--dir', workspace, ...args], {
    // npx reads the whole node_modules of the folder that it is started in, which takes seconds.
    cwd: tmpdir(),
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1' },
    maxBuffer: 64 * 1024 * 1024,
  })
  return stdout
}
