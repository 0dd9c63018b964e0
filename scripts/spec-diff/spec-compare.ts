// pnpm spec:compare FILE: our spec beside the vendor's OpenAPI document, every disagreement in a line.
// Exit code 0: they agree; 1: they do not; 3: it could not be found out.
import { readCurrent, readSpecFile, runCommand } from './base.ts'
import type { Change } from './change.ts'
import { diffSpecs } from './diff-spec.ts'

const side = (text: string | undefined): string => (text === undefined ? 'has none' : text || 'has it')

// The keys whose members have names of the vendor's choice, which may begin with `x-` like an extension.
const named =
  'callbacks|headers|parameters|properties|responses|schemas|securitySchemes|variables|content|examples'
const extension = new RegExp(`(?<!/(?:${named}))/x-[^/]*$`)

/** Our own extensions, and words for people, are no disagreement. */
const isDisagreement = ({ where, consequence }: Change): boolean =>
  consequence !== 'docs' && !extension.test(where)

function compare(args: readonly string[]): number {
  const [file, ...rest] = args
  if (file === undefined || rest.length > 0) throw new Error('Usage: pnpm spec:compare FILE')
  const theirs = readSpecFile(file)
  const found = diffSpecs(readCurrent().spec, theirs.spec, { names: false }).filter(isDisagreement)
  for (const { where, subject, before, after } of found)
    console.log(`${where}: ${subject}: ours ${side(before)}, theirs ${side(after)}`)
  const count =
    found.length === 0 ? 'no disagreement' : `${found.length} disagreement${found.length > 1 ? 's' : ''}`
  console.log(`${count} with ${file}`)
  return found.length === 0 ? 0 : 1
}

runCommand(compare)
