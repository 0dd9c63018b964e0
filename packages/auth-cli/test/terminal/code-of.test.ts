import { statSync } from 'node:fs'
import { expect, test } from 'vitest'
import { codeOf } from '../../src/terminal/code-of.ts'

test('codeOf: the code of an error of the platform', () => {
  let thrown: unknown
  try {
    statSync('there is no such file')
  } catch (error) {
    thrown = error
  }
  expect(codeOf(thrown)).toBe('ENOENT')
})

test.each([
  new DOMException('aborted', 'AbortError'),
  new Error('no code'),
  undefined,
  null,
  'ENOENT',
  { code: 5 },
])('codeOf: %o has none', (thrown) => {
  expect(codeOf(thrown)).toBe('')
})
