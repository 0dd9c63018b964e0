import { expect, test } from 'vitest'
import { describeFailure } from '../../src/bulk/work-through.ts'

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
