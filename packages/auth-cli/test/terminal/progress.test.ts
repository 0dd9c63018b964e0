import { PassThrough } from 'node:stream'
import { stripVTControlCharacters } from 'node:util'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { showProgress } from '../../src/terminal/progress.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] }))
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllEnvs()
})

function createStream(terminal: object): {
  readonly stream: NodeJS.WriteStream
  readonly text: () => string
} {
  const stream = Object.assign(new PassThrough(), terminal)
  return { stream: stream as never, text: () => String(stream.read() ?? '') }
}

test('progress: where stderr is no terminal, a line every ten seconds says how far the run is', () => {
  const { stream, text } = createStream({ isTTY: false })
  let settled = 0
  const progress = showProgress(
    1_000,
    () => ({ settled, bytesDone: settled, remarks: ['3 not dead'] }),
    stream,
  )
  for (settled = 0; settled < 500; settled += 1) vi.advanceTimersByTime(50)
  progress.end()
  vi.advanceTimersByTime(60_000)
  const [first, second, ...rest] = text().trimEnd().split('\n')
  expect(first).toMatch(/^19%, 199 tokens, 3 not dead, 20\/s, 40 seconds left$/)
  expect(second).toMatch(/^39%, 399 tokens, 3 not dead, 20\/s, 30 seconds left$/)
  expect(rest).toEqual([])
})

test.each([20, 40, 80, 200])('progress: on a terminal of %d columns it is one line that fits', (columns) => {
  const { stream, text } = createStream({ isTTY: true, columns, rows: 24 })
  const progress = showProgress(
    1_000,
    () => ({ settled: 123_456, bytesDone: 10, remarks: ['3 not dead'] }),
    stream,
  )
  for (const line of stripVTControlCharacters(text()).trimEnd().split('\n'))
    expect(line.length).toBeLessThan(columns)
  progress.end()
})

test('progress: on a dumb terminal, which cannot move its cursor, it writes plain lines', () => {
  vi.stubEnv('TERM', 'dumb')
  const { stream, text } = createStream({ isTTY: true, columns: 80, rows: 24 })
  const progress = showProgress(1_000, () => ({ settled: 10, bytesDone: 10, remarks: [] }), stream)
  vi.advanceTimersByTime(10_000)
  progress.end()
  expect(text()).toMatch(/^1%, 10 tokens, 1\/s, .+ left\n$/)
})
