// An HTTP function of CloudBase is a server on port 9000, for which the guards of the frameworks are made.
import { expect, test } from 'vitest'
import { tryExample, worked } from '../start-example.ts'

test.each(['express', 'koa'])('an HTTP function on port 9000 takes the guard of %s', async (name) => {
  expect(await tryExample(name, process.execPath, { PORT: '9000' })).toEqual(worked)
})
