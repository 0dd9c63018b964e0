// What a new user gets: the packed tarballs, installed by npm in an empty folder.
import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, test } from 'vitest'
import { listEntries } from '../../build/entries.ts'
import { installPacked, publishedPackages } from '../../test-bed/packed.ts'
import { root } from '../../test-bed/run-command.ts'
import { createProject, shareTarballs } from './project.ts'

const run = promisify(execFile)
const minutes = 60_000

const { folder } = createProject()
let tarballs: ReadonlyMap<string, string>
beforeAll(async () => {
  tarballs = await shareTarballs()
}, 5 * minutes)

interface Manifest {
  readonly name: string
  readonly bin?: Record<string, string>
  readonly scripts?: Record<string, string>
  readonly dependencies?: Record<string, string>
}

function manifestOf(installed: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'node_modules', installed, 'package.json'), 'utf8')) as Manifest
}

describe.each(publishedPackages)('%s', (name) => {
  const tarball = (): string => tarballs.get(name) ?? `no tarball of ${name}`

  test('publint finds nothing', async () => {
    const publint = join(root, 'scripts/node_modules/.bin/publint')
    await expect(run(publint, ['--strict', tarball()])).resolves.toBeDefined()
  })

  test(
    'its types are right for every way to resolve them',
    async () => {
      const command = join(root, 'scripts/node_modules/.bin/attw')
      const check = (profile: string, ...choice: string[]): Promise<unknown> =>
        run(command, [
          tarball(),
          '--profile',
          profile,
          '--format',
          'ascii',
          '--no-emoji',
          '--no-color',
          ...choice,
        ])
      const modulesAlone = listEntries(join(root, 'packages', name))
        .filter(({ hasCommonJs }) => !hasCommonJs)
        .map((entry) => entry.name)
      // The contract is for every tool that reads a file, and nothing that TypeScript resolves.
      const notModules = ['auth.openapi.yaml', 'revoke-then-verify.arazzo.yaml', 'package.json']
      await expect(
        check('strict', '--exclude-entrypoints', ...notModules, ...modulesAlone),
      ).resolves.toBeDefined()
      if (modulesAlone.length > 0)
        await expect(check('esm-only', '--entrypoints', ...modulesAlone)).resolves.toBeDefined()
    },
    minutes,
  )

  test('brings its license and README, and nothing that runs at installation', () => {
    const manifest = manifestOf(`@tokenward/${name}`)
    expect(Object.keys(manifest.scripts ?? {}).filter((script) => /install|prepare/.test(script))).toEqual([])
    const files = readdirSync(join(folder, 'node_modules/@tokenward', name))
    expect(files).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'dist', 'package.json']))
    expect(files.filter((file) => /^(src|test)$/.test(file))).toEqual([])
  })

  test('no file loads that of a command, which would run it', () => {
    const dist = join(folder, 'node_modules/@tokenward', name, 'dist')
    const { bin = {} } = manifestOf(`@tokenward/${name}`)
    const commands = new Set(Object.values(bin).map((file) => basename(file)))
    const loading = readdirSync(dist).filter((file) =>
      [...readFileSync(join(dist, file), 'utf8').matchAll(/["'`]\.\/([\w.-]+)["'`]/g)].some(
        ([, loaded = '']) => commands.has(loaded),
      ),
    )
    expect(loading).toEqual([])
  })

  test('depends on released versions', () => {
    const versions = Object.values(manifestOf(`@tokenward/${name}`).dependencies ?? {})
    expect(versions.filter((version) => !/^[\^~]?\d+\.\d+\.\d+$/.test(version))).toEqual([])
  })
})

test("auth-web: both forms of the React hooks begin with 'use client', so that Next takes them as they are", () => {
  for (const form of ['js', 'cjs']) {
    const text = readFileSync(join(folder, `node_modules/@tokenward/auth-web/dist/react.${form}`), 'utf8')
    expect(text).toMatch(/^["']use client["']/)
  }
})

test(
  'auth-node: installs at most 5 packages and 0.6 MB',
  async () => {
    const alone = mkdtempSync(join(folder, 'alone-'))
    await installPacked(alone, { tarballs, names: ['auth-node'] })
    const entries = readdirSync(join(alone, 'node_modules'), { recursive: true, encoding: 'utf8' })
    const paths = entries
      .filter((path) => !path.startsWith('.'))
      .map((path) => join(alone, 'node_modules', path))
    // A package's own folders have manifests too: those of its subpaths.
    const manifests = paths.filter((path) => /node_modules\/(?:@[^/]+\/)?[^/]+\/package\.json$/.test(path))
    const bytes = paths
      .map((path) => statSync(path))
      .filter((stat) => stat.isFile())
      .reduce((sum, { size }) => sum + size, 0)
    expect(manifests.length).toBeLessThanOrEqual(5)
    expect(bytes).toBeLessThanOrEqual(600_000)
  },
  minutes,
)
