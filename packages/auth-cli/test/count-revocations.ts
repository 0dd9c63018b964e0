import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { IncomingMessage } from 'node:http'

/** How often each token has been named in a revocation that reached a mock of this process. */
export interface RevocationCount extends Disposable {
  readonly total: () => number
  /** For each token that was named: how often. */
  readonly times: () => readonly number[]
  /** Resolves at the moment at which so many have arrived. */
  readonly reached: (total: number) => Promise<void>
}

const started = 'http.server.request.start'

/** Counts until the end of the block. The mock's own log cannot tell tokens apart: it holds none. */
export function countRevocations(): RevocationCount {
  const times = new Map<string, number>()
  const waiting = new Map<number, () => void>()
  let total = 0
  const note = (message: unknown): void => {
    const { request } = message as { readonly request: IncomingMessage }
    if (request.method !== 'POST') return
    const { authorization = '' } = request.headers
    times.set(authorization, (times.get(authorization) ?? 0) + 1)
    waiting.get((total += 1))?.()
  }
  subscribe(started, note)
  return {
    total: () => total,
    times: () => [...times.values()],
    reached: (count) => new Promise((resolve) => waiting.set(count, resolve)),
    [Symbol.dispose]: () => void unsubscribe(started, note),
  }
}
