// pnpm spec:changeset: writes the changeset that the changes of the spec deserve. With --check it writes nothing, and fails
// where the changesets of the next release say less.
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { compareSpecs, readBase, readCurrent, runCommand, tellInstead } from './base.ts'
import { describeChange, worstOf, type Change } from './change.ts'

const packageName = '@tokenward/auth-core'
const fileName = '.changeset/spec.md'
const bumps = ['none', 'patch', 'minor', 'major'] as const
type Bump = (typeof bumps)[number]

/** The bump that changes deserve. Below 1.0.0 a minor version may break: npm's `^0.1.0` does not take 0.2.0. */
function deservedBump(root: string, changes: readonly Change[]): Bump {
  const { version } = JSON.parse(readFileSync(join(root, 'packages/auth-core/package.json'), 'utf8')) as {
    version: string
  }
  const consequence = worstOf(changes)
  if (consequence === 'breaking') return version.startsWith('0.') ? 'minor' : 'major'
  return consequence === 'additive' ? 'minor' : 'none'
}

/** The two parts of a changeset: which packages it is about, and what it says. */
function partsOf(file: string): { readonly head: string; readonly sentence: string } {
  const [, head = '', ...rest] = readFileSync(file, 'utf8').split(/^---\r?\n/m)
  return { head, sentence: rest.join('---\n').trim() }
}

/** The greatest bump that the changesets of the next release give to the packages, which share one version. */
function announcedBump(root: string): Bump {
  const found = globSync('.changeset/*.md', { cwd: root }).flatMap((file) => {
    const { head } = partsOf(join(root, file))
    return [...head.matchAll(/^['"]?@tokenward\/auth-[\w-]+['"]?: *['"]?(\w+)['"]?\r?$/gm)].map(
      ([, bump]) => bump,
    )
  })
  return bumps.findLast((bump) => found.includes(bump)) ?? 'none'
}

/** The part of the spec that a change is in, as a user would call it. */
function placeOf(where: string): string {
  const keys = where.split('/').map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
  if (keys[1] === 'components') return `\`${keys[3] ?? 'components'}\``
  if (keys[1] === 'paths') return `\`${(keys[3] ?? '').toUpperCase()} ${keys[2] ?? ''}\``
  return `\`${keys[1] ?? ''}\``
}

/** One sentence for users, about the changes with the greatest consequence. */
function sentenceFor(changes: readonly Change[]): string {
  const worst = worstOf(changes)
  const told = changes.filter(({ consequence }) => consequence === worst)
  const items = told.slice(0, 3).map((change) => `${describeChange(change)} (${placeOf(change.where)})`)
  if (told.length > items.length) items.push(`and ${told.length - items.length} more`)
  return `${worst === 'breaking' ? 'Breaking: in' : 'In'} the service's contract, ${items.join('; ')}.`
}

/** Writes the changeset that the changes of the spec deserve; with `--check`, tells whether it is there. */
export function changeset(args: readonly string[], root: string): number {
  const options = { base: { type: 'string' }, check: { type: 'boolean' } } as const
  const { base: from, check } = parseArgs({ args: [...args], options, strict: true }).values
  const base = readBase(root, from)
  const changes = compareSpecs(base, readCurrent(root))
  const deserved = deservedBump(root, changes)
  if (check) {
    const announced = announcedBump(root)
    if (bumps.indexOf(announced) >= bumps.indexOf(deserved)) return 0
    const said = announced === 'none' ? 'no changeset is there' : `the changesets say ${announced}`
    console.error(
      `The changes of the spec deserve a ${deserved} version, and ${said}. To mend it: pnpm spec:changeset`,
    )
    return 1
  }
  tellInstead(base)
  if (deserved === 'none') {
    console.log('Callers notice nothing of the changes of the spec: no changeset is needed.')
    return 0
  }
  // Its sentence may be that of a user already.
  const file = join(root, fileName)
  const kept = existsSync(file) ? partsOf(file).sentence : ''
  const sentence = kept || sentenceFor(changes)
  writeFileSync(file, `---\n'${packageName}': ${deserved}\n---\n\n${sentence}\n`)
  console.log(
    kept && kept !== sentenceFor(changes)
      ? `wrote ${fileName} (${deserved}), and kept its sentence. Does it tell all of this? ${sentenceFor(changes)}`
      : `wrote ${fileName} (${deserved}): read its sentence, and put it in the words of a user`,
  )
  return 0
}

if (import.meta.main) process.exitCode = runCommand(changeset, process.argv.slice(2))
