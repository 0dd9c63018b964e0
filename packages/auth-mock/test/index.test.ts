import { expect, test } from 'vitest'
import * as index from '../src/index.ts'

test('index: exports these names and no others', () => {
  expect(new Set(Object.keys(index))).toEqual(new Set(['createFakeVerifier', 'startAuthMock']))
})
