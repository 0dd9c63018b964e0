import { codeOf } from '../terminal/code-of.ts'
import { exitCodes } from '../terminal/exit-codes.ts'
import { type ProgressState, showProgress } from '../terminal/progress.ts'
import type { Line } from '../token-input/lines.ts'
import type { TokenFile } from '../token-input/token-file.ts'
import { OutputError } from './output-file.ts'
import { createRateLimit } from './rate-limit.ts'

const endSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
// One Ctrl-C may arrive twice: from the terminal, and from an `npx` that hands on what the terminal has sent to both.
// See https://github.com/npm/run-script/blob/main/lib/signal-manager.js
const echoMs = 250

/** Why a run ended before its input did. */
export type StopReason = 'interrupt' | 'failures' | 'error'

/** How a run ended. */
export interface RunEnd {
  readonly stopped: StopReason | null
  /** Whether every line of the input was read and tried. */
  readonly isComplete: boolean
  /** How many of the lines that were read have come to no outcome. */
  readonly untried: number
  /** Whether the first row of a table was left out as its header. */
  readonly hasHeader: boolean
  /** What was thrown, where the reason is `error`. */
  readonly failure: unknown
}

/** How a file is worked through. */
export interface WorkOptions {
  /** How many lines at a time. */
  readonly concurrency: number
  /** How many tokens a second; no limit when it is left out. */
  readonly rate?: number | undefined
  /** How many failures in a row end the run. */
  readonly maxFailures: number
  readonly describe: () => Omit<ProgressState, 'bytesDone'>
  /** How a run that was left early is taken up again, such as `begin again`. */
  readonly advice: string
}

/** What becomes of a line: whether it came to an outcome. Where it did not, nothing is known of its token. */
export type LineHandler = (line: Line, turn: Turn) => Promise<boolean>

/** What the handler of a line is given. */
export interface Turn {
  /** Waits for the rate limit. @returns whether the token may still be sent */
  readonly begin: () => Promise<boolean>
  /** Tells how sending it went. */
  readonly end: (hasFailed: boolean) => void
}

/**
 * Hands every line of a file to `handle`, many at a time, until the file ends, too much fails, something is thrown, or Ctrl-C is
 * pressed. The first Ctrl-C lets the lines in flight finish; the second one ends the process. A terminal that is closed, and the signal
 * by which a machine or a container is stopped, count as Ctrl-C.
 */
export async function workThrough(
  tokens: TokenFile,
  { concurrency, rate, maxFailures, describe, advice }: WorkOptions,
  handle: LineHandler,
): Promise<RunEnd> {
  const limit = createRateLimit(rate)
  let stopped: StopReason | null = null
  let isReadToEnd = false
  let failure: unknown
  let failuresInARow = 0
  let untried = 0
  // In bytes of the text: where the last line that was read ends, and how much of what was read has come to an outcome.
  let readUntil = 0
  let done = 0

  const stop = (reason: StopReason): void => {
    stopped ??= reason
    tokens.close()
    limit.end()
  }
  const turn: Turn = {
    async begin() {
      const wait = limit.turn()
      if (wait) await wait
      return stopped === null
    },
    end(hasFailed) {
      failuresInARow = hasFailed ? failuresInARow + 1 : 0
      if (failuresInARow >= maxFailures) stop('failures')
    },
  }
  const read = async (): Promise<IteratorResult<Line>> => {
    try {
      return await tokens.lines.next()
    } catch (error) {
      // `stop` closes the file, so reading it may fail afterwards: that error is not the reason why the run ended.
      if (stopped === null) throw error
      return { done: true, value: undefined }
    }
  }
  const work = async (): Promise<void> => {
    try {
      while (stopped === null) {
        const next = await read()
        if (next.done) {
          isReadToEnd ||= stopped === null
          return
        }
        const { end } = next.value
        const length = end - readUntil
        readUntil = end
        untried += 1
        if (!(await handle(next.value, turn))) continue
        untried -= 1
        done += length
      }
    } catch (error) {
      // Also after Ctrl-C: a token may have been revoked of which the journal knows nothing.
      failure ??= error
      stop('error')
    }
  }

  let interruptedAt: number | undefined
  const onSignal = (): void => {
    if (interruptedAt !== undefined) {
      if (performance.now() - interruptedAt < echoMs) return
      progress.end()
      process.stderr.write(`left at once: ${advice}\n`)
      process.exit(exitCodes.interrupted)
    }
    interruptedAt = performance.now()
    progress.print('finishing the tokens in flight\nCtrl-C again leaves at once')
    stop('interrupt')
  }
  for (const signal of endSignals) process.on(signal, onSignal)
  const progress = showProgress(tokens.size, () => ({ bytesDone: tokens.bytesUntil(done), ...describe() }))
  try {
    await Promise.all(Array.from({ length: concurrency }, work))
  } finally {
    progress.end()
    for (const signal of endSignals) process.off(signal, onSignal)
  }
  return {
    stopped,
    isComplete: isReadToEnd && untried === 0,
    untried,
    hasHeader: tokens.hasHeader(),
    failure,
  }
}

/**
 * Words the error of the platform that ended a run early.
 *
 * @throws the error itself when it has no code: a {@link CliError} of the input, or a mistake of this program
 */
export function describeFailure(error: unknown, advice: string): string {
  if (error instanceof OutputError) return `${error.message}; ${advice}`
  const code = codeOf(error)
  if (code === '') throw error
  if (code.startsWith('Z_'))
    return `the file is a damaged gzip (${code}): part of it is unread; unpack it by hand, and ${advice}`
  if (code.startsWith('CSV_'))
    return `the file is damaged CSV (${code}): part of it is unread; mend it, and ${advice}`
  if (code === 'ELOCKLOST')
    return `the lock of the journal is gone, so that another run may be using it; once it has ended, ${advice}`
  return `the run ended early (${code}); ${advice}`
}
