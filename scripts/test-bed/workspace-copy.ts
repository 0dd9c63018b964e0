// Copies the workspace's sources to a temporary folder, where a test may break or change them. No build is copied.
import {
  appendFileSync,
  cpSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { root } from './run-command.ts'

const leftOut = new Set(['.git', '.readme', '.results', '.turbo', 'consumers', 'dist', 'runtimes'])

/** A copy of the workspace. */
export interface WorkspaceCopy extends Disposable {
  readonly folder: string
}

/**
 * Copies some files and folders of the workspace: all that a program of scripts/ needs that starts no other. The packages that scripts/ has
 * installed are shared with the original. A whole copy takes seconds, this one a tenth of one.
 */
export function copyParts(parts: readonly string[]): WorkspaceCopy {
  const folder = mkdtempSync(join(tmpdir(), 'tokenward-parts-'))
  for (const part of [...parts, 'scripts/package.json'])
    cpSync(join(root, part), join(folder, part), { recursive: true })
  symlinkSync(join(root, 'scripts/node_modules'), join(folder, 'scripts/node_modules'))
  return { folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true }) }
}

/** Copies the workspace. Its own packages find each other in the copy; other packages are shared with the original. */
export function copyWorkspace(): WorkspaceCopy {
  const folder = mkdtempSync(join(tmpdir(), 'tokenward-workspace-'))
  const shared = join(root, 'node_modules')
  // Relative symbolic links stay as they are, so that a package's own node_modules points into the copy.
  cpSync(root, folder, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (path) => path !== shared && !leftOut.has(basename(path)),
  })
  const own = join(folder, 'node_modules')
  mkdirSync(own)
  // pnpm keeps the state of its runs there, and refuses a symbolic link.
  for (const name of readdirSync(shared).filter((one) => !one.startsWith('.pnpm-task-run-state'))) {
    if (name === '@tokenward')
      cpSync(join(shared, name), join(own, name), { recursive: true, verbatimSymlinks: true })
    else if (!lstatSync(join(shared, name)).isFile()) symlinkSync(join(shared, name), join(own, name))
  }
  // So that the copy has the tools that the original has: without them, tests fail where CI is set.
  const consumers = 'scripts/consumers'
  symlinkSync(join(root, consumers), join(folder, consumers))
  // The installed packages are shared: an installation in the copy would change those of the original.
  appendFileSync(join(folder, 'pnpm-workspace.yaml'), '\nverifyDepsBeforeRun: false\n')
  return { folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true }) }
}
