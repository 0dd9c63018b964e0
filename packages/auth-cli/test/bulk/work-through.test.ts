import { expect, test } from 'vitest'
import { finishRun } from '../../src/bulk/finish-run.ts'
import { notWritten } from '../../src/bulk/output-file.ts'
import { describeFailure, type LineHandler, type RunEnd, workThrough } from '../../src/bulk/work-through.ts'
import type { Line } from '../../src/token-input/lines.ts'

/** Works through two lines, of which the first one is in flight when Ctrl-C is pressed. To read on fails from then on. */
function interruptWhile(handle: LineHandler): Promise<RunEnd> {
  let close = (): void => undefined
  const closed = new Promise<void>((resolve) => (close = resolve))
  async function* read(): AsyncGenerator<Line> {
    yield { number: 1, text: 'one', end: 4 }
    await closed
    throw Object.assign(new Error('closed'), { code: 'ERR_STREAM_PREMATURE_CLOSE' })
  }
  const tokens = {
    lines: read(),
    size: undefined,
    stats: undefined,
    bytesUntil: () => 0,
    hasHeader: () => false,
    close: () => close(),
  }
  const describe = (): { settled: number; remarks: string[] } => ({ settled: 0, remarks: [] })
  const options = { concurrency: 2, maxFailures: 10, describe, advice: 'begin again' }
  return workThrough(tokens, options, (line, turn) => {
    process.emit('SIGINT')
    return handle(line, turn)
  })
}

test('workThrough: after Ctrl-C, an output that cannot be written is told, and not the file that was closed', async () => {
  const full = Object.assign(new Error('full'), { code: 'ENOSPC' })
  const failure = notWritten({ what: 'journal', path: 'tokens.journal' }, full)
  const end = await interruptWhile(async () => {
    // The lines that wait for more of the input have failed by then.
    await new Promise(setImmediate)
    throw failure
  })
  expect(end).toEqual({ stopped: 'interrupt', isComplete: false, untried: 1, hasHeader: false, failure })
  const printed: string[] = []
  const output = { result: () => undefined, note: (text: string) => void printed.push(text) }
  finishRun(end, [], 'go on with --resume').print({ ...output, quote: String } as never, '', {} as never)
  expect(printed).toEqual([
    'error: the journal tokens.journal cannot be written (ENOSPC); see --journal; go on with --resume',
  ])
})

test('workThrough: after Ctrl-C, an input that was closed is no failure', async () => {
  const end = await interruptWhile(async () => true)
  expect(end).toEqual({
    stopped: 'interrupt',
    isComplete: false,
    untried: 0,
    hasHeader: false,
    failure: undefined,
  })
})

test('describeFailure: words an error of the platform by its code', () => {
  const failure = Object.assign(new Error('full'), { code: 'ENOSPC' })
  expect(describeFailure(failure, 'begin again')).toBe('the run ended early (ENOSPC); begin again')
})

test.each([new DOMException('aborted', 'AbortError'), new TypeError('a mistake'), undefined])(
  'describeFailure: throws %o itself, which has no code of the platform',
  (failure) => {
    let thrown: unknown = 'nothing'
    try {
      describeFailure(failure, 'begin again')
    } catch (error) {
      thrown = error
    }
    expect(thrown).toBe(failure)
  },
)
