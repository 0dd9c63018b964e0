import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { createOutput } from '../../src/terminal/output.ts'

function createStream(
  isTTY: boolean,
  hasColors: boolean,
): { stream: NodeJS.WriteStream; text: () => string } {
  const stream = Object.assign(new PassThrough(), { isTTY, hasColors: () => hasColors })
  return { stream: stream as never, text: () => String(stream.read() ?? '') }
}

test.each([
  ['a terminal with colours', true, true, false, true],
  // Node's own `hasColors` says no when NO_COLOR is set.
  ['a terminal without colours', true, false, false, false],
  ['a pipe', false, true, false, false],
  ['--json', true, true, true, false],
])('output: on %s', (_, isTTY, hasColors, json, isColoured) => {
  const output = createOutput(json, createStream(isTTY, hasColors).stream)
  expect(output.paint('good', 'active') !== 'active').toBe(isColoured)
})

test('output: a hidden token is printed nowhere', () => {
  const [stdout, stderr] = [createStream(false, false), createStream(false, false)]
  const output = createOutput(false, stdout.stream, stderr.stream)
  const token = 'secret'.repeat(10)
  output.hide(token)
  output.result(`a ${token} b`, {})
  output.note(token)
  output.error(token, {})
  expect(output.quote(`${'x'.repeat(490)}${token}`)).not.toContain('secret')
  expect(stdout.text()).toBe('a [redacted] b\n')
  expect(stderr.text()).toBe('[redacted]\nerror: [redacted]\n')
})
