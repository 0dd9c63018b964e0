// Writes the CycloneDX SBOM of a package: the list that pnpm makes, without the values that differ from run to run.
import { createRequire } from 'node:module'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readManifest } from './entries.ts'
import { runPnpm } from './run-pnpm.ts'

const root = join(import.meta.dirname, '../..')

interface Reference {
  readonly type: string
  readonly url: string
  readonly hashes?: readonly object[]
}

interface Component {
  readonly 'bom-ref': string
  readonly externalReferences?: readonly Reference[]
}

interface Sbom {
  readonly serialNumber?: string
  readonly metadata: { readonly timestamp?: string; readonly component: Component }
  readonly components: readonly Component[]
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[]
}

/** Keeps the hash of a downloaded component, and drops the address, which depends on the registry that each machine is set to. */
function withoutDownload({ externalReferences = [], ...component }: Component): object {
  const download = externalReferences.find(({ type }) => type === 'distribution')
  const others = externalReferences.filter((reference) => reference !== download)
  return {
    ...component,
    ...(download?.hashes && { hashes: download.hashes }),
    ...(others.length > 0 && { externalReferences: others }),
  }
}

/** The SHA-512 hash of a package's tarball in hex, as the lockfile has it in base64. */
function readLockedHash(id: string): string {
  const lock = readFileSync(join(root, 'pnpm-lock.yaml'), 'utf8')
  const [, rest = ''] = lock.split(`\n  ${id}:\n`)
  const hash = /^\s*resolution: \{integrity: sha512-([\w+/=]+)\}/.exec(rest)?.[1]
  if (hash === undefined) throw new Error(`pnpm-lock.yaml has no SHA-512 hash of ${id}`)
  return Buffer.from(hash, 'base64').toString('hex')
}

/** Describes a dependency that is bundled into the package. pnpm does not list it, because users do not install it. */
function bundledComponent(folder: string, name: string): Component {
  const { resolve } = createRequire(join(folder, 'package.json'))
  const main = resolve(name)
  const end = main.lastIndexOf(`/node_modules/${name}/`) + `/node_modules/${name}/`.length
  const { version, license } = JSON.parse(readFileSync(`${main.slice(0, end)}package.json`, 'utf8')) as {
    version: string
    license: string
  }
  const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`
  const hashes = [{ alg: 'SHA-512', content: readLockedHash(`${name}@${version}`) }]
  const component = { type: 'library', name, version, hashes, licenses: [{ license: { id: license } }], purl }
  return { ...component, 'bom-ref': purl }
}

/** Writes `dist/sbom.cdx.json`. */
export async function writeSbom(folder: string, bundled: readonly string[]): Promise<void> {
  const { name } = readManifest(folder)
  const list = [
    'sbom',
    '--sbom-format',
    'cyclonedx',
    '--prod',
    '--exclude-peers',
    '--lockfile-only',
    '--filter',
    name,
  ]
  const { serialNumber: _number, ...sbom } = JSON.parse(await runPnpm(root, ...list)) as Sbom
  const { timestamp: _time, ...metadata } = sbom.metadata
  const contained = bundled.map((each) => bundledComponent(folder, each))
  const self = metadata.component['bom-ref']
  const complete = {
    ...sbom,
    metadata,
    components: [...sbom.components, ...contained]
      .toSorted((a, b) => (a['bom-ref'] < b['bom-ref'] ? -1 : 1))
      .map(withoutDownload),
    dependencies: sbom.dependencies.map((entry) =>
      entry.ref === self
        ? { ...entry, dependsOn: [...(entry.dependsOn ?? []), ...contained.map((each) => each['bom-ref'])] }
        : entry,
    ),
  }
  writeFileSync(join(folder, 'dist/sbom.cdx.json'), `${JSON.stringify(complete, undefined, 2)}\n`)
}
