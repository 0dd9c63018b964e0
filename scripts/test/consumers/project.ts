// A project of somebody else: the packed packages and tools of scripts/consumers, in a folder of its own.
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { installPacked, packAll } from '../../test-bed/packed.ts'
import { root } from '../../test-bed/run-command.ts'
import { afterAll, beforeAll } from 'vitest'

const tools = join(root, 'scripts/consumers/node_modules')

type NodeProgram = readonly [version: string, binary: string]

/** The oldest Node that is supported, and the one of the repository. */
export const nodes: readonly [oldest: NodeProgram, own: NodeProgram] = [
  ['20', join(root, 'scripts/runtimes/node_modules/node20/bin/node')],
  ['24', join(root, 'node_modules/.bin/node')],
]

/** A project that tests can run programs in. */
export interface Project {
  readonly folder: string
  readonly write: (files: Readonly<Record<string, string>>) => void
  /** Runs a file of `node_modules` or the project, and resolves to all that it printed, also if it fails. */
  readonly run: (binary: string, args: readonly string[], env?: NodeJS.ProcessEnv) => Promise<string>
}

/** The name of a tool; with a second one, under which scripts/consumers has another version of it. */
type Tool = string | readonly [name: string, installedAs: string]

/** A project with all packed packages and the named tools, for the tests of one file. */
export function createProject(...wanted: readonly Tool[]): Project {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'tokenward-consumer-')))
  beforeAll(async () => {
    await installPacked(folder, { tarballs: await packAll(join(folder, 'tarballs')) })
    for (const tool of wanted) {
      const [name, installedAs] = typeof tool === 'string' ? [tool, tool] : tool
      const link = join(folder, 'node_modules', name)
      mkdirSync(dirname(link), { recursive: true })
      symlinkSync(realpathSync(join(tools, installedAs)), link)
    }
  }, 300_000)
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  return {
    folder,
    write(files) {
      for (const [file, content] of Object.entries(files)) {
        mkdirSync(dirname(join(folder, file)), { recursive: true })
        writeFileSync(join(folder, file), content)
      }
    },
    async run(binary, args, env = {}) {
      // pnpm and vitest set these two; a project of somebody else has neither.
      const { NODE_PATH: _path, NODE_OPTIONS: _options, ...own } = process.env
      const { stdout, stderr } = await promisify(execFile)(binary, args, {
        cwd: folder,
        env: { ...own, ...env },
      }).catch((error: { stdout: string; stderr: string }) => error)
      return stdout + stderr
    },
  }
}
