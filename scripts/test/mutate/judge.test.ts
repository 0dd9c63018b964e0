// What `pnpm mutate` makes of the changes that Stryker tried, on lines of a file that is there.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { compareSurvivors, describeMutant, type Mutant, scoreOf } from '../../mutate/judge.ts'
import { root } from '../../test-bed/run-command.ts'

const file = 'scripts/test/mutate/judge.test.ts'
const line = "const file = 'scripts/test/mutate/judge.test.ts'"
const lineNumber = readFileSync(`${root}${file}`, 'utf8').split('\n').indexOf(line) + 1

/** The change of the text on that line, and how it ended. */
function changed(status: Mutant['status'], replacement = '""'): Mutant {
  const location = {
    start: { line: lineNumber, column: line.indexOf("'") + 1 },
    end: { line: lineNumber, column: line.length + 1 },
  }
  return { fileName: file, replacement, status, location }
}

const listed = { file, line, becomes: '""', reason: 'both are texts', isEquivalent: true }

test('a change that no test notices is an error until it is listed', () => {
  for (const status of ['Survived', 'NoCoverage'] as const) {
    const mutants = [changed(status)]
    expect(compareSurvivors(mutants, [], [file]).unlisted).toEqual(mutants)
    expect(compareSurvivors(mutants, [listed], [file])).toEqual({ unlisted: [], noticed: [] })
    expect(compareSurvivors([changed(status, 'true')], [listed], [file]).unlisted).toHaveLength(1)
  }
})

test('a listed change that a test notices by now is an error, where its file was tried', () => {
  for (const mutants of [[changed('Killed')], [changed('Timeout')], []]) {
    expect(compareSurvivors(mutants, [listed], [file]).noticed).toEqual([listed])
    expect(compareSurvivors(mutants, [listed], ['another.ts']).noticed).toEqual([])
  }
})

test('several changes of a line are listed at once, and each of them must go unnoticed', () => {
  const both = { ...listed, becomes: ['""', 'true'] }
  const mutants = [changed('Survived'), changed('Survived', 'true')]
  expect(compareSurvivors(mutants, [both], [file])).toEqual({ unlisted: [], noticed: [] })
  expect(compareSurvivors([changed('Survived')], [both], [file]).noticed).toEqual([both])
  expect(scoreOf([...mutants, changed('Killed', '0')], [both])).toBe(100)
})

test('the score counts what tests notice, without changes that alter no behaviour', () => {
  const mutants = [changed('Killed'), changed('Timeout'), changed('CompileError', '0'), changed('Survived')]
  expect(scoreOf(mutants, [])).toBeCloseTo(66.67, 1)
  expect(scoreOf(mutants, [listed])).toBe(100)
  expect(scoreOf(mutants, [{ ...listed, isEquivalent: false }])).toBeCloseTo(66.67, 1)
  expect(scoreOf([], [])).toBe(100)
})

test('a change is shown with its place, its line, and what takes the place of which part', () => {
  expect(describeMutant(changed('Survived'))).toBe(
    [
      `${file}:${lineNumber}:${line.indexOf("'") + 1} (Survived)`,
      `  line:    ${line}`,
      `  changed: 'scripts/test/mutate/judge.test.ts'`,
      '  becomes: ""',
    ].join('\n'),
  )
})
