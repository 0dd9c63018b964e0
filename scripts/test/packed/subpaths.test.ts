// Every subpath of the packages: what it needs at run time.
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { nodeVersions } from '../../test-bed/node-versions.ts'
import { createProject } from './project.ts'
import { type Entry, listEntries } from '../../build/entries.ts'
import { publishedPackages } from '../../test-bed/packed.ts'
import { root } from '../../test-bed/run-command.ts'

const run = promisify(execFile)

/** The entries that load nothing without the tool that they are for. */
const needed: Readonly<Record<string, string>> = {
  'auth-mock/msw': 'msw',
  'auth-mock/playwright': '@playwright/test',
  'auth-mock/vitest': 'vitest',
  'auth-node/nestjs': '@nestjs/common',
  'auth-node/signature': 'jose',
  'auth-web/react': 'react',
  'auth-web/vue': 'vue',
}

/** The libraries, and every entry of each, as `auth-node/express`. */
const entries: readonly (Entry & { readonly path: string })[] = publishedPackages.flatMap((name) =>
  listEntries(join(root, 'packages', name)).map((entry) => ({
    ...entry,
    path: entry.name === 'index' ? name : `${name}/${entry.name}`,
  })),
)

/** Prints what becomes of loading each path with `load`. */
const loadAll = (paths: readonly string[], load: string): string => `
const load = async (name) => ${load}
const main = async () => {
  for (const path of ${JSON.stringify(paths)}) {
    const answer = await load('@tokenward/' + path).then(() => 'loaded', ({ code, message }) => code + ' ' + message)
    console.log(path, answer.replace(/( imported from |\\n)[^]*/, ''))
  }
}
main()`

const project = createProject({ manifest: { type: 'module' } })

test.each(nodeVersions)(
  'Node %s: an entry needs the tool that it is for, and no other',
  async (_version, binary) => {
    const paths = entries.map(({ path }) => path)
    const args = ['--input-type=module', '--eval', loadAll(paths, 'import(name)')]
    const { stdout } = await run(binary, args, { cwd: project.folder })
    const expected = paths.map((path) =>
      needed[path] ? `${path} ERR_MODULE_NOT_FOUND Cannot find package '${needed[path]}'` : `${path} loaded`,
    )
    expect(stdout.trim().split('\n')).toEqual(expected)
  },
)

test.each(nodeVersions)('Node %s: require() loads them, and no ES module', async (_version, binary) => {
  const paths = entries.filter(({ hasCommonJs }) => hasCommonJs).map(({ path }) => path)
  const code = loadAll(paths, 'require(name)')
  const args = ['--no-experimental-require-module', '--input-type=commonjs', '--eval', code]
  const { stdout } = await run(binary, args, { cwd: project.folder })
  const expected = paths.map((path) =>
    needed[path] ? `${path} MODULE_NOT_FOUND Cannot find module '${needed[path]}'` : `${path} loaded`,
  )
  expect(stdout.trim().split('\n')).toEqual(expected)
})

/** The files of its own package that a built file imports, directly or through others. */
function listImports(folder: string, file: string, seen = new Set<string>()): ReadonlySet<string> {
  for (const [, imported = ''] of readFileSync(join(folder, file), 'utf8').matchAll(
    /^(?:import|export)[^;]*?["']\.\/([^"']+)["'];?$/gm,
  )) {
    if (seen.has(imported)) continue
    seen.add(imported)
    listImports(folder, imported, seen)
  }
  return seen
}

const distOf = (name: string): string => join(project.folder, 'node_modules/@tokenward', name, 'dist')

test.each(publishedPackages)('%s: an entry loads no other, but for the main one', (name) => {
  const own = entries.filter(({ path }) => path.split('/')[0] === name).map((entry) => entry.name)
  const others = own.map((entry) => {
    const loaded = listImports(distOf(name), `${entry}.js`)
    return [entry, own.filter((other) => other !== 'index' && loaded.has(`${other}.js`))]
  })
  expect(others).toEqual(own.map((entry) => [entry, []]))
})

test('the main entry of auth-node is one file, because each more makes an import slower', () => {
  expect([...listImports(distOf('auth-node'), 'index.js')]).toEqual([])
})
