import { SingleBar } from 'cli-progress'

/** What a progress bar shows. */
export interface ProgressState {
  readonly bytesRead: number
  readonly settled: number
  readonly alive: number
}

/**
 * Shows on stderr how far a run is, ten times a second; nothing where that is no terminal. How much is left is known in bytes only, of
 * a file.
 *
 * @returns a function that ends it
 */
export function showProgress(size: number | undefined, state: () => ProgressState): () => void {
  const counts = '{settled} tokens | {rate}/s | {alive} not dead'
  // The bar comes last: a narrow terminal cuts off what stands at the end.
  const format = size === undefined ? counts : `{percentage}% | ${counts} | {eta_formatted} left {bar}`
  const bar = new SingleBar({
    format,
    stream: process.stderr,
    hideCursor: false,
    clearOnComplete: true,
    gracefulExit: false,
    // As many updates as ten seconds have.
    etaBuffer: 100,
    barCompleteChar: '#',
    barIncompleteChar: '-',
  })
  const recent: { at: number; settled: number }[] = []
  const payload = (): object => {
    const { settled, alive } = state()
    const now = performance.now()
    recent.push({ at: now, settled })
    if (recent.length > 50) recent.shift()
    const [oldest] = recent
    const seconds = oldest ? (now - oldest.at) / 1_000 : 0
    return {
      settled,
      alive,
      rate: seconds > 0 && oldest ? Math.round((settled - oldest.settled) / seconds) : 0,
    }
  }
  bar.start(size ?? 1, 0, payload())
  const timer = setInterval(() => bar.update(size === undefined ? 0 : state().bytesRead, payload()), 100)
  return () => {
    clearInterval(timer)
    bar.stop()
  }
}
