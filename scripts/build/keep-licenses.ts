// Writes the licences of bundled dependencies into a file beside the bundle, as those licences demand.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Rolldown } from 'tsdown'

/** Matches the folder of the package that a bundled module comes from, in a path without symbolic links. */
const packageFolder = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/

function readLicense(folder: string): string {
  const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    name: string
    version: string
  }
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry))
  if (!file) throw new Error(`${name} is bundled, but brings no license`)
  return `${name} ${version}\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`
}

/** Writes THIRD-PARTY-LICENSES.txt when a build contains code of others. */
export const keepLicenses: Rolldown.Plugin = {
  name: 'keep-licenses',
  generateBundle(_options, bundle) {
    const modules = Object.values(bundle).flatMap((output) =>
      output.type === 'chunk' ? output.moduleIds : [],
    )
    const folders = new Set(modules.flatMap((id) => packageFolder.exec(id)?.[0] ?? []))
    if (folders.size === 0) return
    const source = Array.from(folders, readLicense).toSorted().join('\n---\n\n')
    this.emitFile({ type: 'asset', fileName: 'THIRD-PARTY-LICENSES.txt', source })
  },
}
