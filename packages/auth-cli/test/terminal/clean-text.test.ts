import { expect, test } from 'vitest'
import { cleanJson, cleanText } from '../../src/terminal/clean-text.ts'

const hostile = 'a\u0000\u0007\u001b[2J\r\nb\u007f\u0085\u009b31m\u061c\u200e\u2028\u2029\u202e\u2066c'
// oxlint-disable-next-line no-control-regex -- control characters are what it is about
const steering = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/

test('cleanText: leaves nothing that steers a terminal or begins a line', () => {
  expect(cleanText(hostile)).not.toMatch(steering)
  expect(cleanText('x'.repeat(600))).toHaveLength(500)
})

test('cleanJson: escapes what would steer a terminal, so that the value stays what it was', () => {
  const text = cleanJson({ [hostile]: [hostile] })
  expect(text).not.toMatch(steering)
  expect(JSON.parse(text)).toEqual({ [hostile]: [hostile] })
})
