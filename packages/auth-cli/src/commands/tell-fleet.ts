import { createRedisStore } from '@tokenward/auth-node/redis'
import { Redis } from 'ioredis'
import { CliError, exitCodes } from '../terminal/exit-codes.ts'

/** The sessions of a user that are over. */
export interface CutOff {
  readonly service: string
  readonly sub: string
  /** Milliseconds since the epoch, as `until`. */
  readonly issuedBefore: number
  readonly until: number
}

/** The most there is: how long the fleet keeps its entries is not known here, and a shorter time would remove some of them. */
const retentionMs = 31_536_000_000

/**
 * Tells the fleet of a cut-off, through its Redis.
 *
 * @param timeoutMs how long Redis may take for each step: to connect, to hand over what it knows, and to write
 * @throws {CliError} when Redis cannot be told; nothing is known of the cut-off then
 */
export async function tellFleet(
  url: string,
  prefix: string,
  cutOff: CutOff,
  timeoutMs: number = 10_000,
): Promise<void> {
  // Its own bound ends once a connection is there, and `connect` then waits for Redis to say that it is ready: both have one bound here.
  const client = new Redis(url, { lazyConnect: true, connectTimeout: 0, retryStrategy: () => null })
  let cause: unknown
  // The promise of a command only says that the connection is closed.
  client.on('error', (error) => {
    cause = error
  })
  try {
    await Promise.race([client.connect(), failAfter(timeoutMs)])
    const store = createRedisStore(client, { prefix, timeoutMs, retentionMs })
    let attach = (): void => undefined
    const attached = new Promise<void>((resolve) => (attach = resolve))
    const stop = store.subscribe({
      onRevoked: () => undefined,
      onAttached: (isAttached) => {
        if (isAttached) attach()
      },
    })
    try {
      await Promise.race([attached, failAfter(timeoutMs)])
      if (!(await store.publishCutOff?.(cutOff))) throw new Error('it refuses to write')
    } finally {
      await stop()
    }
  } catch (error) {
    const reason = describeReason(cause ?? error)
    // The address itself can hold a password.
    const { host } = new URL(url)
    throw new CliError(
      `the fleet was not told: Redis at ${host} cannot be used (${reason})`,
      exitCodes.unknown,
    )
  } finally {
    client.disconnect()
  }
}

/** @returns a promise that only rejects, for a race with one that may never settle */
function failAfter(ms: number): Promise<never> {
  const signal = AbortSignal.timeout(ms)
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('no answer')))
  })
}

/** Only the code or the first word of what Redis says, such as NOAUTH: more of it may repeat the password. */
function describeReason(error: unknown): string {
  const { code, message = '' } = Object(error) as { readonly code?: unknown; readonly message?: string }
  if (typeof code === 'string') return code
  return /^(?:[A-Z]{4,}|it refuses to write)\b/.exec(message)?.[0] ?? 'no answer'
}
