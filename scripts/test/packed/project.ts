// A project of a user: the packed packages as npm installs them, in a folder of its own.
import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll } from 'vitest'
import { installPacked, packAll, tarballsIn } from '../../test-bed/packed.ts'
import { root } from '../../test-bed/run-command.ts'
import { onceARun } from '../once-a-run.ts'

const node = join(root, 'node_modules/.bin/node')
/** The compilers that users have, by their version. */
const compilers: Readonly<Record<'5.9' | '7', string>> = {
  '7': join(root, 'node_modules/typescript/bin/tsc'),
  '5.9': join(root, 'scripts/node_modules/typescript/bin/tsc'),
}

/** Resolves to the tarballs of the packages as they are built, by the package's folder name. */
export async function shareTarballs(): Promise<ReadonlyMap<string, string>> {
  return tarballsIn(await onceARun('tarballs', packAll))
}

/** A project that tests can run programs in. */
export interface Project {
  readonly folder: string
  readonly write: (files: Readonly<Record<string, string>>) => void
  /** Runs a program in the folder, and resolves to all that it printed, also if it fails. */
  readonly run: (command: string, args: readonly string[], env?: NodeJS.ProcessEnv) => Promise<string>
  /** Runs TypeScript 5.9 or 7, and resolves to what it has to say. */
  readonly compile: (version: '5.9' | '7', ...args: readonly string[]) => Promise<string>
}

/** The name of a dependency; with a second one, under which the package of the repository has another version of it. */
export type Link = string | readonly [name: string, installedAs: string]

/** What a project has beside all packed packages. */
export interface ProjectOptions {
  /** More of its package.json. */
  readonly manifest?: Readonly<Record<string, unknown>>
  /** Dependencies that are linked rather than installed: by the package of the repository that has them. */
  readonly links?: Readonly<Record<string, readonly Link[]>>
}

/** A project for the tests of one file. */
export function createProject({ manifest = {}, links = {} }: ProjectOptions = {}): Project {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'tokenward-project-')))
  beforeAll(async () => {
    // pnpm sets it, and require() would find what the project has not installed.
    delete process.env['NODE_PATH']
    const installed = await onceARun('installed', async (first) =>
      installPacked(first, { tarballs: await shareTarballs() }),
    )
    cpSync(installed, folder, { recursive: true, verbatimSymlinks: true })
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, ...manifest }))
    for (const [owner, names] of Object.entries(links))
      for (const each of names) {
        const [name, installedAs] = typeof each === 'string' ? [each, each] : each
        const link = join(folder, 'node_modules', name)
        mkdirSync(dirname(link), { recursive: true })
        // A package of ours may have installed it already.
        rmSync(link, { recursive: true, force: true })
        symlinkSync(realpathSync(join(root, owner, 'node_modules', installedAs)), link)
      }
  }, 5 * 60_000)
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const project: Project = {
    folder,
    write(files) {
      for (const [file, content] of Object.entries(files)) {
        mkdirSync(dirname(join(folder, file)), { recursive: true })
        writeFileSync(join(folder, file), content)
      }
    },
    async run(command, args, env = {}) {
      // pnpm and vitest set these two; a project of a user has neither.
      const { NODE_PATH: _path, NODE_OPTIONS: _options, ...own } = process.env
      const { stdout, stderr } = await promisify(execFile)(command, args, {
        cwd: folder,
        env: { ...own, ...env },
      }).catch((error: { stdout: string; stderr: string }) => error)
      return stdout + stderr
    },
    compile: (version, ...args) => project.run(node, [compilers[version], ...args]),
  }
  return project
}
