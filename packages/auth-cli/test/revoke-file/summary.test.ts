import { expect, test } from 'vitest'
import { createCounts, findExitCode, type Summary } from '../../src/revoke-file/summary.ts'

const files = { journal: 'tokens.journal', report: 'tokens.report.csv' }
const whole: Summary = {
  ...createCounts(),
  ...files,
  confirmed: false,
  stopped: null,
  complete: true,
  untried: 0,
}

test('findExitCode of revoke --file: the first that is true counts, in the order of the README', () => {
  const steps: readonly (readonly [code: number, lacking: Partial<Summary>])[] = [
    [130, { stopped: 'error' }],
    [3, { stopped: 'failures' }],
    [1, { stopped: null, complete: true }],
    [1, { unconfirmed: 0, failed: 0, unreadable: 0, malformed: 0 }],
    [4, { foreign: 0 }],
    [0, { revoked: 0, already_inactive: 0 }],
  ]
  let summary: Summary = { ...whole, stopped: 'interrupt', complete: false, unconfirmed: 1, failed: 1 }
  summary = { ...summary, unreadable: 1, malformed: 1, foreign: 1, revoked: 1, already_inactive: 1 }
  for (const [code, lacking] of steps) {
    expect(findExitCode(summary)).toBe(code)
    summary = { ...summary, ...lacking }
  }
  expect(findExitCode(summary)).toBe(2)
  expect(findExitCode({ ...summary, malformed: 1 })).toBe(2)
})
