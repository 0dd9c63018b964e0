import type { Output } from '../terminal/output.ts'
import { describeFailure, type RunEnd, type StopReason } from './work-through.ts'

/** How a run ended, as its summary tells it. */
export interface RunSummary {
  readonly stopped: StopReason | null
  /** Whether the input was read to its end, and every line of it has come to an outcome. */
  readonly complete: boolean
  /** How many of the lines that were read have come to none. */
  readonly untried: number
}

/** A run whose outputs are closed. */
export interface FinishedRun {
  readonly summary: RunSummary
  /** Prints the summary: a text for people, and an object with `--json`. Where something failed, prints that as well. */
  readonly print: (output: Output, text: string, summary: RunSummary) => void
}

/**
 * Closes the outputs of a run, each of them whatever becomes of the others, and words what failed first.
 *
 * @param advice how the run is taken up again, such as `begin again`
 * @throws the error that ended the run when it has no code: see {@link describeFailure}
 */
export function finishRun(end: RunEnd, outputs: readonly (() => void)[], advice: string): FinishedRun {
  let { failure } = end
  for (const close of outputs) {
    try {
      close()
    } catch (error) {
      failure ??= error
    }
  }
  const message = failure === undefined ? undefined : describeFailure(failure, advice)
  return {
    summary: {
      // What was not written weighs more than failures in a row: they have rows and counts of their own.
      stopped: failure === undefined || end.stopped === 'interrupt' ? end.stopped : 'error',
      complete: end.isComplete,
      untried: end.untried,
    },
    print(output, text, summary) {
      if (end.hasHeader)
        output.warn(
          'the first row was left out as a header: it has words alone, and nothing that looks like a token',
        )
      output.result(text, { ...summary, ...(message !== undefined && { error: { message } }) })
      if (message !== undefined) output.note(`error: ${output.quote(message)}`)
    },
  }
}
