// What a watched connection costs in memory, beside what an application needs that closes its connections by hand.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createAuthClient, createTokenVerifier } from '@tokenward/auth-node'
import { printFigures, printRow } from '@tokenward/scripts/bench/measure'
import { mintToken } from '@tokenward/test-kit/tokens'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void
const count = 50_000

/** The bytes that each call of `make` leaves in use. */
function bytesOf(make: (index: number) => unknown): number {
  const kept: unknown[] = Array.from({ length: count })
  collect()
  const before = process.memoryUsage().heapUsed
  for (let index = 0; index < count; index += 1) kept[index] = make(index)
  collect()
  return (process.memoryUsage().heapUsed - before) / kept.length
}

/** A controller whose signal has one listener. Node 22 and later make some of its parts only for the first listener. */
function listened(): AbortController {
  const controller = new AbortController()
  controller.signal.addEventListener('abort', collect)
  return controller
}

/** Prints what each connection costs, when every connection has a token of its own, and when all share one. */
export function measureWatchedConnection(): void {
  const verifier = createTokenVerifier(createAuthClient({ env: 'shop' }))
  const exp = Math.floor(Date.now() / 1_000) + 86_400
  // The token and the end of the connection are the application's own.
  const prepare = (): { token: string; until: AbortSignal }[] =>
    Array.from({ length: count }, (_, index) => ({
      token: Buffer.from(mintToken({ sub: `user-${index}`, exp, iat: exp - 7_200 })).toString('latin1'),
      until: new AbortController().signal,
    }))
  const connections = prepare()
  // Whatever is compiled and grown once.
  for (const { token, until } of prepare().slice(0, 1_000)) verifier.signalFor(token, { until })
  const bare = bytesOf(listened)
  const own = bytesOf((index) => {
    const { token = '', until } = connections[index] ?? {}
    return verifier.signalFor(token, { until })
  })
  const others = prepare()
  const shared = bytesOf((index) =>
    verifier.signalFor(connections[0]?.token ?? '', { until: others[index]?.until }),
  )
  printFigures('a watched connection', 'bytes', {
    'with its own token': own,
    'of one token': shared,
    'a bare AbortController': bare,
  })
  printRow('bytes of a watched connection beyond the bare one', own - bare, { atMost: 300 })
}
