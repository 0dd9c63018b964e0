import { test } from 'vitest'
import { examples, tryExample } from './start-example.ts'

test.each(examples)('examples/%s.mjs: knows whose token it is, and ends a session for good', (name) =>
  tryExample(name, process.execPath),
)
