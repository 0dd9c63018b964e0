import { expect, test } from 'vitest'
import { describeDuration } from '../../src/terminal/duration.ts'

test.each([
  [0, 'less than a second'],
  [-1_000, '1 second'],
  [59_400, '59 seconds'],
  [60_000, '1 minute'],
  [125_000, '2 minutes and 5 seconds'],
  [3_600_000, '1 hour'],
  [3_605_000, '1 hour'],
  [5_400_000, '1 hour and 30 minutes'],
  [115_200_000, '1 day and 8 hours'],
  [864_000_000, '10 days'],
])('describeDuration: says %d ms as people do: %s', (ms, words) => {
  expect(describeDuration(ms)).toBe(words)
})
