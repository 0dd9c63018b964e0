import { createLogUpdate } from 'log-update'
import { describeDuration } from './duration.ts'

/** What is shown of a run. */
export interface ProgressState {
  /** How much of the file has come to an outcome. */
  readonly bytesDone: number
  readonly settled: number
  /** What the run counts beside that, most important first, such as `3 not dead`. */
  readonly remarks: readonly string[]
}

/** The status line of a run. */
export interface Progress {
  /** Prints a text above the status line. */
  readonly print: (text: string) => void
  /** Takes the status line away. */
  readonly end: () => void
}

const redrawMs = 100
const lineMs = 10_000
/** The rate is that of the last so many milliseconds. */
const rateMs = 10_000

/**
 * Shows on stderr how far a run is: in place, ten times a second, where that is a terminal, and as a line every ten seconds where it is
 * none, or a dumb one that cannot move its cursor. How much is left is known of a file only, by its bytes.
 */
export function showProgress(
  size: number | undefined,
  readState: () => ProgressState,
  stream: NodeJS.WriteStream = process.stderr,
): Progress {
  const describe = createDescription(size)
  if (!stream.isTTY || process.env.TERM === 'dumb') {
    const timer = setInterval(() => stream.write(`${describe(readState()).join(', ')}\n`), lineMs)
    return { print: (text) => void stream.write(`${text}\n`), end: () => clearInterval(timer) }
  }
  const status = createLogUpdate(stream, { showCursor: true })
  const draw = (): void => status(fit(describe(readState()), stream.columns || 80))
  const timer = setInterval(draw, redrawMs)
  draw()
  return {
    print(text) {
      status.clear()
      stream.write(`${text}\n`)
      draw()
    },
    end() {
      clearInterval(timer)
      status.clear()
    },
  }
}

/** Joins as many parts as one line holds; what is left out stands at the end. */
function fit(parts: readonly string[], columns: number): string {
  let line = ''
  for (const part of parts) {
    const longer = line === '' ? part : `${line} | ${part}`
    // The last column stays free: some terminals break the line there.
    if (longer.length >= columns) break
    line = longer
  }
  return line
}

function createDescription(size: number | undefined): (state: ProgressState) => string[] {
  const recent = [{ at: performance.now(), settled: 0, bytesDone: 0 }]
  return ({ settled, bytesDone, remarks }) => {
    const at = performance.now()
    recent.push({ at, settled, bytesDone })
    while (recent.length > 2 && at - (recent[1]?.at ?? at) >= rateMs) recent.shift()
    const [oldest] = recent
    const seconds = (at - (oldest?.at ?? at)) / 1_000
    const perSecond = (now: number, then: number = now): number => (seconds > 0 ? (now - then) / seconds : 0)
    const bytesPerSecond = perSecond(bytesDone, oldest?.bytesDone)
    const parts = [`${settled} tokens`, ...remarks, `${Math.round(perSecond(settled, oldest?.settled))}/s`]
    if (size === undefined) return parts
    if (bytesPerSecond > 0 && bytesDone < size)
      parts.push(`${describeDuration(((size - bytesDone) / bytesPerSecond) * 1_000)} left`)
    return [`${Math.floor((Math.min(bytesDone, size) / size) * 100)}%`, ...parts]
  }
}
