import { readFileSync } from 'node:fs'
import type { Stryker } from '@stryker-mutator/core'
import { root } from '../test-bed/run-command.ts'
import type { Survivor } from './survivors.ts'

type MutantResult = Awaited<ReturnType<Stryker['runMutationTest']>>[number]

/** The part of a change that is judged. */
export type Mutant = Pick<MutantResult, 'fileName' | 'replacement' | 'status' | 'location'>

/** A test failed, or did not end. */
export function isNoticed({ status }: Pick<Mutant, 'status'>): boolean {
  return status === 'Killed' || status === 'Timeout'
}

/** A change that leaves no program behind says nothing of the tests. */
function counts({ status }: Mutant): boolean {
  return status !== 'CompileError' && status !== 'Ignored'
}

function lineOf({ fileName, location }: Mutant): string {
  return readFileSync(`${root}${fileName}`, 'utf8').split('\n')[location.start.line - 1]?.trim() ?? ''
}

/** What takes the place of the changed part, in each of the changes that a survivor stands for. */
function changesOf({ becomes }: Survivor): readonly string[] {
  return typeof becomes === 'string' ? [becomes] : becomes
}

function isSame(mutant: Mutant, survivor: Survivor, changes = changesOf(survivor)): boolean {
  const { file, line } = survivor
  return mutant.fileName === file && changes.includes(mutant.replacement ?? '') && lineOf(mutant) === line
}

/** Tells which changes no test notices although they are not listed, and which are listed although a test notices them. */
export function compareSurvivors(
  mutants: readonly Mutant[],
  listed: readonly Survivor[],
  files: readonly string[],
): { readonly unlisted: readonly Mutant[]; readonly noticed: readonly Survivor[] } {
  const alive = mutants.filter((mutant) => counts(mutant) && !isNoticed(mutant))
  return {
    unlisted: alive.filter((mutant) => !listed.some((survivor) => isSame(mutant, survivor))),
    noticed: listed.filter(
      (survivor) =>
        files.includes(survivor.file) &&
        changesOf(survivor).some((change) => !alive.some((mutant) => isSame(mutant, survivor, [change]))),
    ),
  }
}

/** The share of changes that tests notice, in percent, without those that alter no behaviour. */
export function scoreOf(mutants: readonly Mutant[], listed: readonly Survivor[]): number {
  const counted = mutants.filter(
    (mutant) =>
      counts(mutant) &&
      (isNoticed(mutant) || !listed.some((each) => each.isEquivalent && isSame(mutant, each))),
  )
  return counted.length === 0 ? 100 : (100 * counted.filter(isNoticed).length) / counted.length
}

/** Shows a change with the line that it begins on, and what takes the place of which part. */
export function describeMutant(mutant: Mutant): string {
  const { fileName, location, replacement, status } = mutant
  const { start, end } = location
  const lines = readFileSync(`${root}${fileName}`, 'utf8')
    .split('\n')
    .slice(start.line - 1, end.line)
  const text = lines.join('\n')
  const rest = (lines.at(-1)?.length ?? 0) - (end.column - 1)
  return [
    `${fileName}:${start.line}:${start.column} (${status})`,
    `  line:    ${lineOf(mutant)}`,
    `  changed: ${text.slice(start.column - 1, text.length - rest)}`,
    `  becomes: ${replacement ?? ''}`,
  ].join('\n')
}
