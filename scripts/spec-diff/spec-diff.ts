// pnpm spec:diff: what changed in the spec since the last release, and what callers notice of it.
// Exit code 0: nothing; 1: there is more; 2: something may stop working; 3: it could not be found out.
import { parseArgs } from 'node:util'
import { compareSpecs, readBase, readCurrent, runCommand, tellInstead } from './base.ts'
import { describeChange, worstOf } from './change.ts'

const exitCodes = { none: 0, docs: 0, additive: 1, breaking: 2 } as const

/** Compares the spec with the last release, or with what `--base` names. */
export function diff(args: readonly string[], root: string): number {
  const options = { base: { type: 'string' }, json: { type: 'boolean' } } as const
  const { base: from, json } = parseArgs({ args: [...args], options, strict: true }).values
  const base = readBase(root, from)
  tellInstead(base)
  const changes = compareSpecs(base, readCurrent(root))
  const consequence = worstOf(changes)
  if (json) {
    const told = changes.map((change) => ({
      where: change.where,
      what: describeChange(change),
      direction: change.direction,
      consequence: change.consequence,
    }))
    console.log(JSON.stringify({ consequence, changes: told }, undefined, 2))
  } else {
    for (const change of changes)
      console.log(
        `${change.consequence.padEnd(8)}  ${change.direction.padEnd(8)}  ${change.where}: ${describeChange(change)}`,
      )
    const count = changes.length === 1 ? '1 change' : `${changes.length} changes`
    console.log(`${count} since ${base.name}${changes.length > 0 ? `, together ${consequence}` : ''}`)
  }
  return exitCodes[consequence]
}

if (import.meta.main) process.exitCode = runCommand(diff, process.argv.slice(2))
