// The published packages as a user gets them: packed, and installed into a folder of their own.
import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { listPublishedFolders } from '../build/entries.ts'
import { runPnpm } from '../build/run-pnpm.ts'
import { root } from './run-command.ts'

const run = promisify(execFile)

/** The names of the folders in `packages` that are published. */
export const publishedPackages: readonly string[] = listPublishedFolders(root).map((folder) =>
  basename(folder),
)

/** Packs every package into `folder`, and resolves to the files by the package's folder name. */
export async function packAll(folder: string, workspace = root): Promise<ReadonlyMap<string, string>> {
  mkdirSync(folder, { recursive: true })
  const filters = publishedPackages.map((name) => `--filter=./packages/${name}`)
  await runPnpm(workspace, '--recursive', ...filters, 'pack', '--pack-destination', folder)
  return tarballsIn(folder, workspace)
}

/** The tarballs that `packAll` has made in a folder, by the package's folder name. */
export function tarballsIn(folder: string, workspace = root): ReadonlyMap<string, string> {
  return new Map(publishedPackages.map((name) => [name, join(folder, tarballName(workspace, name))]))
}

function tarballName(workspace: string, name: string): string {
  const manifest = readFileSync(join(workspace, 'packages', name, 'package.json'), 'utf8')
  return `tokenward-${name}-${(JSON.parse(manifest) as { version: string }).version}.tgz`
}

/** What `installPacked` needs to know. */
export interface InstallOptions {
  readonly tarballs: ReadonlyMap<string, string>
  /** Which of them the project names. Default: all of them. */
  readonly names?: readonly string[]
  /** More of the project's package.json, such as other dependencies. */
  readonly manifest?: Readonly<Record<string, unknown>> & {
    readonly dependencies?: Readonly<Record<string, string>>
  }
}

/**
 * Makes `folder` a project that has installed the packed packages with npm. What these need of each other comes from the tarballs too, never
 * from a registry; what others made comes from npm's cache where it lies there.
 */
export async function installPacked(
  folder: string,
  { tarballs, names = publishedPackages, manifest }: InstallOptions,
): Promise<void> {
  const files = Object.fromEntries(
    Array.from(tarballs, ([name, file]) => [`@tokenward/${name}`, `file:${file}`]),
  )
  const ours = Object.fromEntries(
    Object.entries(files).filter(([name]) => names.includes(name.slice('@tokenward/'.length))),
  )
  const project = {
    private: true,
    ...manifest,
    dependencies: { ...ours, ...manifest?.dependencies },
    overrides: files,
  }
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), JSON.stringify(project))
  const flags = ['--no-audit', '--no-fund', '--ignore-scripts', '--prefer-offline', '--yes']
  await run('npm', ['install', ...flags], { cwd: folder })
}
