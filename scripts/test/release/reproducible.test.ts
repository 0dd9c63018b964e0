// A second build, in another folder, gives the same tarballs to the byte.
import { execFile } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, expect, test } from 'vitest'
import { listPublishedFolders } from '../../build/entries.ts'
import { compareReleases } from '../../release/verify-release.ts'
import { packAll } from '../../test-bed/packed.ts'
import { root } from '../../test-bed/run-command.ts'
import { shareTarballs } from '../packed/project.ts'

const run = promisify(execFile)
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'tokenward-rebuilt-')))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const madeByTools = new Set(['.git', '.results', '.turbo', 'consumers', 'dist', 'node_modules'])

/** The installed dependencies of one folder, with the copy's own packages in place of the workspace's. */
function linkDependencies(copy: string, owner: string): void {
  const installed = join(root, owner, 'node_modules')
  const linked = join(copy, owner, 'node_modules')
  mkdirSync(join(linked, '@tokenward'), { recursive: true })
  for (const name of readdirSync(installed).filter((each) => each !== '@tokenward'))
    symlinkSync(join(installed, name), join(linked, name))
  for (const path of listPublishedFolders(root))
    symlinkSync(join(copy, path), join(linked, '@tokenward', basename(path)))
}

/** A copy of the workspace without anything that was built. */
function copyWorkspace(): string {
  const copy = join(folder, 'a-copy')
  cpSync(root, copy, { recursive: true, filter: (path) => path === root || !madeByTools.has(basename(path)) })
  const packages = readdirSync(join(root, 'packages')).map((name) => join('packages', name))
  for (const owner of ['.', 'scripts', ...packages])
    if (existsSync(join(root, owner, 'node_modules'))) linkDependencies(copy, owner)
  return copy
}

test('two builds in two folders give the same tarballs', { timeout: 300_000 }, async () => {
  const copy = copyWorkspace()
  // In the order of the workspace: core before what is made of it.
  for (const name of listPublishedFolders(copy))
    await run(join(root, 'node_modules/.bin/tsdown'), [], { cwd: join(copy, name) })
  const second = join(folder, 'second')
  await packAll(second, copy)
  const first = dirname([...(await shareTarballs()).values()][0] ?? '')
  expect(readdirSync(first)).toHaveLength(listPublishedFolders(root).length)
  expect(compareReleases(second, first)).toEqual([])
})
