import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundleProgram } from '@tokenward/scripts/test-bed/bundle-program'
import { bundled, sourcePath } from './command-path.ts'

/** Bundles the command once for all projects of a run. */
export default async function setup(): Promise<(() => void) | undefined> {
  if (process.env[bundled] !== undefined) return undefined
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'auth-cli-bundle-')))
  await bundleProgram(sourcePath, folder)
  process.env[bundled] = join(folder, 'bin.mjs')
  return () => rmSync(folder, { recursive: true, force: true })
}
