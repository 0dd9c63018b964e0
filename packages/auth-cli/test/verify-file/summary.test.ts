import { expect, test } from 'vitest'
import { createCounts, findExitCode, type VerifySummary } from '../../src/verify-file/summary.ts'

const whole: VerifySummary = { ...createCounts(), stopped: null, complete: true, untried: 0 }

test('findExitCode of verify --file: the first that is true counts, in the order of the README', () => {
  const steps: readonly (readonly [code: number, lacking: Partial<VerifySummary>])[] = [
    [130, { stopped: null }],
    [3, { complete: true }],
    [3, { unknown: 0, unreadable: 0, malformed: 0 }],
    [4, { foreign: 0 }],
    [0, { active: 0 }],
    [1, { inactive: 0 }],
  ]
  let summary: VerifySummary = { ...whole, stopped: 'interrupt', complete: false }
  summary = { ...summary, unknown: 1, unreadable: 1, malformed: 1, foreign: 1, active: 1, inactive: 1 }
  for (const [code, lacking] of steps) {
    expect(findExitCode(summary)).toBe(code)
    summary = { ...summary, ...lacking }
  }
  expect(findExitCode(summary)).toBe(2)
  // A line that holds no token is no token, so that 2 stands before the second 3.
  expect(findExitCode({ ...summary, malformed: 1 })).toBe(2)
})

test.each(['failures', 'error'] as const)(
  'findExitCode of verify --file: a run stopped by %s is 3',
  (stopped) => {
    expect(findExitCode({ ...whole, inactive: 1, foreign: 1, stopped })).toBe(3)
  },
)
