import { expect, test } from 'vitest'
import { assertRange } from '../../src/index.ts'

test.each([0, 1, 10])('assertRange: %d lies from 0 to 10', (value) => {
  expect(() => assertRange('size', value, 0, 10)).not.toThrow()
})

test.each([
  [-1, '-1'],
  [11, '11'],
  [Number.NaN, 'NaN'],
  ['5', '"5"'],
  [null, 'null'],
  [undefined, 'undefined'],
  [{}, 'an object'],
])('assertRange: %j is refused, and shown beside the range', (value, shown) => {
  expect(() => assertRange('size', value, 0, 10)).toThrow(
    expect.objectContaining({
      code: 'configuration',
      argument: 'size',
      message: `size must be a number from 0 to 10, not ${shown}`,
    }),
  )
})

test('assertRange: a range without an upper end says so', () => {
  expect(() => assertRange('size', Infinity, 1, Infinity)).not.toThrow()
  expect(() => assertRange('size', 0, 1, Infinity)).toThrow('size must be a number of at least 1, not 0')
})

test('assertRange: a time may be as long as the timers of the platforms', () => {
  expect(() => assertRange('timeoutMs', 2 ** 31 - 1)).not.toThrow()
  expect(() => assertRange('timeoutMs', 2 ** 31)).toThrow('from 0 to 2147483647, not 2147483648')
})
