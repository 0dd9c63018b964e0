// pnpm spec:compare FILE: our spec beside the vendor's OpenAPI document, every disagreement in a line.
// Exit code 0: they agree; 1: they do not; 3: it could not be found out.
import { readFileSync } from 'node:fs'
import { parseSpec, readCurrent, runCommand } from './base.ts'
import type { Change } from './change.ts'
import { diffSpecs } from './diff-spec.ts'

const side = (text: string | undefined): string => (text === undefined ? 'has none' : text || 'has it')

/** Our own extensions, and words for people, are no disagreement. */
const isDisagreement = ({ where, consequence }: Change): boolean =>
  consequence !== 'docs' && !/\/x-(?!.*\/)/.test(where)

function compare(args: readonly string[]): number {
  const [file, ...rest] = args
  if (file === undefined || rest.length > 0) throw new Error('Usage: pnpm spec:compare FILE')
  const theirs = parseSpec(file, readFileSync(file, 'utf8'))
  const found = diffSpecs(readCurrent().spec, theirs.spec, { names: false }).filter(isDisagreement)
  for (const { where, subject, before, after } of found)
    console.log(`${where}: ${subject}: ours ${side(before)}, theirs ${side(after)}`)
  console.log(
    found.length === 0 ? `no disagreement with ${file}` : `${found.length} disagreements with ${file}`,
  )
  return found.length === 0 ? 0 : 1
}

runCommand(compare)
