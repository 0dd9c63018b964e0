// Builds and packs a release: a tarball and an SBOM for each package, the same to the byte wherever one commit is built.
import { copyFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { runPnpm } from '../build/run-pnpm.ts'
import { packAll } from '../test-bed/packed.ts'

/**
 * Builds every package of a workspace anew and packs it into `folder`, its SBOM beside it.
 *
 * @returns the tarballs by the package's folder name
 */
export async function packRelease(workspace: string, folder: string): Promise<ReadonlyMap<string, string>> {
  rmSync(folder, { recursive: true, force: true })
  await runPnpm(workspace, 'exec', 'turbo', 'run', 'build', '--force')
  const tarballs = await packAll(folder, workspace)
  for (const [name, tarball] of tarballs)
    copyFileSync(
      join(workspace, 'packages', name, 'dist/sbom.cdx.json'),
      tarball.replace(/\.tgz$/, '.cdx.json'),
    )
  return tarballs
}
