// pnpm spec:compare FILE: our spec beside the vendor's OpenAPI document, every disagreement in a line.
// Exit code 0: they agree; 1: they do not; 3: it could not be found out.
import { compareSpecs, readCurrent, readSpecFile, runCommand } from './base.ts'
import { type Change, ownExtensions } from './change.ts'

const side = (text: string | undefined): string => (text === undefined ? 'has none' : text || 'has it')

/** Our own extensions, and words for people, are no disagreement. */
const isDisagreement = ({ where, consequence }: Change): boolean =>
  consequence !== 'docs' && !ownExtensions.some((name) => where.split('/').includes(name))

/** Compares the spec with the document of a file. */
export function compare(args: readonly string[], root: string): number {
  const [file, ...rest] = args
  if (file === undefined || rest.length > 0) throw new Error('Usage: pnpm spec:compare FILE')
  const theirs = readSpecFile(file)
  const found = compareSpecs(readCurrent(root), theirs, { names: false }).filter(isDisagreement)
  for (const { where, subject, before, after } of found)
    console.log(`${where}: ${subject}: ours ${side(before)}, theirs ${side(after)}`)
  const count =
    found.length === 0 ? 'no disagreement' : `${found.length} disagreement${found.length > 1 ? 's' : ''}`
  console.log(`${count} with ${file}`)
  return found.length === 0 ? 0 : 1
}

if (import.meta.main) process.exitCode = runCommand(compare, process.argv.slice(2))
