import { expect, test } from 'vitest'
import { createSweep } from '../../src/memory/sweep.ts'

test('each call looks at two entries, whatever the size of the map, and begins again at its end', () => {
  const map = new Map(Array.from({ length: 5 }, (_, index) => [index, index]))
  let ended = -1
  const sweep = createSweep(map, (value) => value <= ended)
  const keys = (): number[] => [...map.keys()]
  sweep()
  expect(keys()).toEqual([0, 1, 2, 3, 4])
  ended = 3
  sweep()
  expect(keys()).toEqual([0, 1, 4])
  // The last one, and the end.
  sweep()
  sweep()
  expect(keys()).toEqual([4])
})
