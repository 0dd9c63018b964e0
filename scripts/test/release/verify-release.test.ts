import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { root } from '../../test-bed/run-command.ts'
import { compareReleases, findCommit } from '../../release/verify-release.ts'
import { shareTarballs } from '../packed/project.ts'

const folder = mkdtempSync(join(tmpdir(), 'tokenward-release-'))
const release = join(folder, 'release')
const given = join(folder, 'given')

beforeAll(async () => {
  mkdirSync(release)
  for (const [name, tarball] of await shareTarballs()) {
    const packed = join(release, basename(tarball))
    cpSync(tarball, packed)
    cpSync(join(root, 'packages', name, 'dist/sbom.cdx.json'), packed.replace(/\.tgz$/, '.cdx.json'))
  }
}, 60_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A copy of the release, changed as an attacker or an accident would. */
function tamper(change: (folder: string, files: readonly string[]) => void): string[] {
  rmSync(given, { recursive: true, force: true })
  cpSync(release, given, { recursive: true })
  change(given, readdirSync(given).toSorted())
  return compareReleases(given, release)
}

function flipByte(file: string): void {
  const bytes = readFileSync(file)
  const middle = Math.floor(bytes.length / 2)
  bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle)
  writeFileSync(file, bytes)
}

test('verify-release: takes what the checkout builds', () => {
  expect(tamper(() => undefined)).toEqual([])
})

test('verify-release: refuses a tarball in which one bit differs', () => {
  const differences = tamper((at, files) =>
    flipByte(join(at, files.find((file) => file.endsWith('.tgz')) ?? '')),
  )
  expect(differences).toEqual([expect.stringMatching(/^tokenward-auth-cli-.*\.tgz: differs/)])
})

test('verify-release: refuses an SBOM in which one bit differs', () => {
  const differences = tamper((at, files) =>
    flipByte(join(at, files.find((file) => file.endsWith('.cdx.json')) ?? '')),
  )
  expect(differences).toEqual([expect.stringMatching(/^tokenward-auth-cli-.*\.cdx\.json: differs/)])
})

test('verify-release: refuses a file too many and a file too few', () => {
  expect(tamper((at) => writeFileSync(join(at, 'extra.tgz'), ''))).toEqual([
    'extra.tgz: is not part of the release',
  ])
  expect(tamper((at, [first = '']) => rmSync(join(at, first)))).toEqual([
    expect.stringContaining(': is missing'),
  ])
})

interface Sbom {
  readonly bomFormat: string
  readonly serialNumber?: string
  readonly metadata: { readonly timestamp?: string; readonly component: { readonly name: string } }
  readonly components: readonly { readonly name: string; readonly hashes?: readonly object[] }[]
}

function readSbom(name: string): Sbom {
  const sbom = JSON.parse(readFileSync(join(root, 'packages', name, 'dist/sbom.cdx.json'), 'utf8')) as Sbom
  const { bomFormat, serialNumber, metadata } = sbom
  expect({ bomFormat, serialNumber, timestamp: metadata.timestamp }).toEqual({ bomFormat: 'CycloneDX' })
  return sbom
}

test('SBOM: names what the package depends on and what it contains, and nothing that differs from run to run', () => {
  const { components, metadata } = readSbom('auth-node')
  expect(metadata.component.name).toBe('auth-node')
  expect(components.map(({ name }) => name)).toEqual(['auth-core', 'quick-lru'])
  const contained = readSbom('auth-core').components
  expect(contained.map(({ name }) => name)).toEqual(['openapi-fetch', 'openapi-typescript-helpers'])
  for (const { hashes } of contained) expect(hashes).toHaveLength(1)
})

test('verify-release: names the commit, and refuses a checkout that holds anything else', () => {
  const checkout = join(folder, 'checkout')
  mkdirSync(checkout)
  const git = (...args: readonly string[]): string =>
    spawnSync('git', ['-c', 'user.name=Made Up', '-c', 'user.email=made-up@example.com', ...args], {
      cwd: checkout,
      encoding: 'utf8',
    }).stdout.trim()
  git('init', '-q')
  writeFileSync(join(checkout, 'committed'), 'a')
  git('add', '--all')
  git('commit', '-qm', 'release')
  expect(findCommit(checkout)).toBe(git('rev-parse', 'HEAD'))
  writeFileSync(join(checkout, 'untracked'), '')
  expect(() => findCommit(checkout)).toThrow('without changes; commit or remove these:\n?? untracked')
  rmSync(join(checkout, 'untracked'))
  writeFileSync(join(checkout, 'committed'), 'b')
  expect(() => findCommit(checkout)).toThrow('M committed')
})
