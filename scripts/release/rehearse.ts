// The whole release on this machine, from the last commit: `pnpm release:rehearse`.
import { execFile } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { listPublishedFolders } from '../build/entries.ts'
import { runPnpm } from '../build/run-pnpm.ts'
import { freePort } from '@tokenward/test-kit/ports'
import { root } from '../test-bed/run-command.ts'
import { packRelease } from './pack-release.ts'
import { startRegistry } from './registry.ts'
import { tryRelease } from './try-release.ts'
import { compareReleases } from './verify-release.ts'

const run = promisify(execFile)
const version = '0.1.0'

async function step<Result>(title: string, work: () => Promise<Result>): Promise<Result> {
  const startedAt = Date.now()
  const result = await work()
  console.log(`ok  ${title} (${((Date.now() - startedAt) / 1_000).toFixed(0)} s)`)
  return result
}

/** Clones the last commit, installs it, and gives it the versions that the changesets ask for. */
async function prepare(workspace: string): Promise<void> {
  await run('git', ['clone', '--quiet', '--no-hardlinks', root, workspace])
  await runPnpm(workspace, 'install', '--frozen-lockfile', '--prefer-offline')
  await runPnpm(workspace, 'exec', 'changeset', 'version')
}

/** What `changeset version` wrote: one version, a changelog for each package, and no changeset left. */
function assertVersions(workspace: string): void {
  for (const folder of listPublishedFolders(workspace)) {
    const manifest = JSON.parse(readFileSync(join(workspace, folder, 'package.json'), 'utf8')) as {
      version: string
    }
    if (manifest.version !== version)
      throw new Error(`${folder} would be released as ${manifest.version}, not ${version}`)
    const changelog = readFileSync(join(workspace, folder, 'CHANGELOG.md'), 'utf8')
    if (!changelog.includes(`## ${version}`))
      throw new Error(`the changelog of ${folder} does not speak of ${version}`)
  }
  const left = readdirSync(join(workspace, '.changeset')).filter((file) => /^(?!README).*\.md$/.test(file))
  if (left.length > 0) throw new Error(`changesets are left: ${left.join(', ')}`)
}

async function main(): Promise<void> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'tokenward-rehearsal-')))
  try {
    const [first, second] = [join(folder, 'first'), join(folder, 'second')]
    const [release, again] = [join(folder, 'release'), join(folder, 'again')]
    await step('two clean clones, with the versions of the release', async () => {
      await prepare(first)
      await prepare(second)
    })
    await step(`every package is ${version}, and has a changelog`, async () => assertVersions(first))
    const tarballs = await step('the first builds and packs', () => packRelease(first, release))
    await step('the second gives the same bytes', async () => {
      await packRelease(second, again)
      const differences = compareReleases(again, release)
      if (differences.length > 0) throw new Error(differences.join('\n'))
    })
    const uplink = (await run('npm', ['config', 'get', 'registry'])).stdout.trim()
    const registry = await startRegistry(join(folder, 'registry'), await freePort(), uplink)
    try {
      await step('a registry takes all tarballs', async () => {
        const cwd = join(folder, 'publish')
        mkdirSync(cwd)
        writeFileSync(join(cwd, '.npmrc'), registry.npmrc)
        for (const tarball of tarballs.values())
          await run('npm', ['publish', tarball, '--access', 'public'], { cwd })
      })
      await tryRelease(join(folder, 'projects'), registry, step)
    } finally {
      await registry.close()
    }
    console.log(`\n${version} can be released.`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

await main()
