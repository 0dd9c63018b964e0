// What a stranger gets: the packed tarballs, installed by npm in an empty folder.
import { execFile } from 'node:child_process'
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listEntries } from '../build/entries.ts'
import { installPacked, packAll, publishedPackages } from '../test-bed/packed.ts'
import { root } from '../test-bed/run-command.ts'
import { commandSuite } from './packed-commands.ts'
import { contractSuite } from './packed-contract.ts'
import { copiesSuite } from './packed-copies.ts'
import { subpathSuite } from './packed-subpaths.ts'
import { typeScriptSuite } from './packed-typescript.ts'

const run = promisify(execFile)
const minutes = 60_000

let folder: string
let tarballs: ReadonlyMap<string, string>

interface Manifest {
  readonly name: string
  readonly scripts?: Record<string, string>
  readonly dependencies?: Record<string, string>
}

function manifestOf(installed: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'node_modules', installed, 'package.json'), 'utf8')) as Manifest
}

/** Runs a file of the folder and resolves to what it printed. */
async function node(binary: string, file: string, source: string): Promise<string> {
  writeFileSync(join(folder, file), source)
  const { stdout, stderr } = await run(binary, [file], { cwd: folder })
  // Node 26 warns of every look at localStorage, which is not ours to silence.
  return stdout + (/ExperimentalWarning: localStorage/.test(stderr) ? '' : stderr)
}

beforeAll(async () => {
  // pnpm sets it, and require() would find what nobody has installed.
  delete process.env['NODE_PATH']
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'tokenward-packed-')))
  tarballs = await packAll(join(folder, 'tarballs'))
  await installPacked(folder, { tarballs, manifest: { type: 'module' } })
}, 5 * minutes)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

const useIt = `
const auth = createAuthClient({ baseUrl: mock.url })
const token = mock.issueToken({ sub: '42', scope: 'user' })
const before = await auth.verifyToken(token)
const { outcome } = await auth.revokeToken(token)
const after = await auth.verifyToken(token)
console.log(before.active, before.sub, outcome, after.active)
await mock.close()
`
const worked = 'true 42 revoked false\n'

const nodes: [string, string][] = [
  ['20', 'scripts/runtimes/node_modules/node20/bin/node'],
  ['22', 'scripts/runtimes/node_modules/node22/bin/node'],
  ['24', 'node_modules/.bin/node'],
  ['26', 'scripts/runtimes/node_modules/node26/bin/node'],
].map(([version = '', path = '']) => [version, join(root, path)])

const compilers: [string, string][] = [
  ['7', join(root, 'node_modules/typescript/bin/tsc')],
  ['5.9', join(root, 'scripts/node_modules/typescript/bin/tsc')],
]

commandSuite(() => folder)
contractSuite(() => folder)
copiesSuite(() => folder, nodes)
subpathSuite(() => folder, nodes, compilers)
typeScriptSuite(() => folder, root, compilers)

describe.each(nodes)('Node %s', (version, binary) => {
  test('is the one that it should be', async () => {
    const { stdout } = await run(binary, ['--version'])
    expect(stdout).toMatch(new RegExp(`^v${version}\\.`))
  })

  test.each(['auth-node', 'auth-core', 'auth-web'])('%s: works from an ES module', async (name) => {
    const source = `
import { startAuthMock } from '@tokenward/auth-mock'
import { createAuthClient } from '@tokenward/${name}'
const mock = await startAuthMock()
${useIt}`
    expect(await node(binary, `${version}-${name}.mjs`, source)).toBe(worked)
  })

  test.each(['auth-node', 'auth-core', 'auth-web'])('%s: works from require()', async (name) => {
    const source = `
const { startAuthMock } = require('@tokenward/auth-mock')
const { createAuthClient } = require('@tokenward/${name}')
startAuthMock().then(async (mock) => {
${useIt}
})`
    expect(await node(binary, `${version}-${name}.cjs`, source)).toBe(worked)
  })
})

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
