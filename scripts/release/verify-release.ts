// Refuses a release that is not what this checkout builds: `node scripts/release/verify-release.ts FOLDER`, with the tarballs and SBOMs.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from '../test-bed/run-command.ts'
import { packRelease } from './pack-release.ts'

/** Compares two releases byte by byte. Returns what differs, in words; nothing when they are the same. */
export function compareReleases(folder: string, rebuilt: string): string[] {
  const given = readdirSync(folder)
  const expected = readdirSync(rebuilt)
  return [
    ...given.filter((file) => !expected.includes(file)).map((file) => `${file}: is not part of the release`),
    ...expected.filter((file) => !given.includes(file)).map((file) => `${file}: is missing`),
    ...expected
      .filter((file) => given.includes(file))
      .filter((file) => !readFileSync(join(folder, file)).equals(readFileSync(join(rebuilt, file))))
      .map((file) => `${file}: differs from what this checkout builds`),
  ].toSorted()
}

/**
 * Finds the commit that is checked out in a folder.
 *
 * @throws {Error} when the folder holds changes that are not committed
 */
export function findCommit(folder: string): string {
  // CI runs the checks as root in a folder of another user, which git refuses unless it is told so.
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-c', 'safe.directory=*', ...args], { cwd: folder, encoding: 'utf8' }).trim()
  const changed = git('status', '--porcelain')
  if (changed)
    throw new Error(`verify-release needs a checkout without changes; commit or remove these:\n${changed}`)
  return git('rev-parse', 'HEAD')
}

async function main([folder, ...more]: readonly string[]): Promise<number> {
  if (folder === undefined || more.length > 0) {
    console.error('verify-release takes one argument: the folder with the tarballs and SBOMs')
    return 2
  }
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    console.error(`verify-release needs a folder with the tarballs and SBOMs; ${folder} is none`)
    return 2
  }
  try {
    console.log(`comparing with what commit ${findCommit(root)} builds`)
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error))
    return 2
  }
  const rebuilt = mkdtempSync(join(tmpdir(), 'tokenward-release-'))
  try {
    await packRelease(root, rebuilt)
    const differences = compareReleases(folder, rebuilt)
    for (const difference of differences) console.error(difference)
    console.log(
      differences.length > 0
        ? 'REFUSED'
        : `${readdirSync(folder).length} files, all as this checkout builds them`,
    )
    return differences.length > 0 ? 1 : 0
  } finally {
    rmSync(rebuilt, { recursive: true, force: true })
  }
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2))
