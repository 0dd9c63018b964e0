import { expect, test } from 'vitest'
import { examples, tryExample, worked } from './start-example.ts'

test.each(examples)('examples/%s.mjs: knows whose token it is, and ends a session for good', async (name) => {
  expect(await tryExample(name, process.execPath)).toEqual(worked)
})
