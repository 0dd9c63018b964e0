// Builds and packs a release: a tarball and an SBOM for each package, the same to the byte wherever one commit is built.
import { execFile } from 'node:child_process'
import { copyFileSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { packAll } from '../test-bed/packed.ts'

const run = promisify(execFile)

/** Runs pnpm in a workspace, in the version that its package.json names. */
export async function pnpm(workspace: string, ...args: readonly string[]): Promise<string> {
  const manifest = readFileSync(join(workspace, 'package.json'), 'utf8')
  const { packageManager } = JSON.parse(manifest) as { packageManager: string }
  const env = { ...process.env, TURBO_TELEMETRY_DISABLED: '1' }
  const limits = { cwd: workspace, env, maxBuffer: 64 * 1024 * 1024 }
  return (await run('npx', ['--yes', packageManager, ...args], limits)).stdout
}

/**
 * Builds every package of a workspace anew and packs it into `folder`, its SBOM beside it.
 *
 * @returns the tarballs by the package's folder name
 */
export async function packRelease(workspace: string, folder: string): Promise<ReadonlyMap<string, string>> {
  rmSync(folder, { recursive: true, force: true })
  await pnpm(workspace, 'exec', 'turbo', 'run', 'build', '--force')
  const tarballs = await packAll(folder, workspace)
  for (const [name, tarball] of tarballs)
    copyFileSync(
      join(workspace, 'packages', name, 'dist/sbom.cdx.json'),
      tarball.replace(/\.tgz$/, '.cdx.json'),
    )
  return tarballs
}
