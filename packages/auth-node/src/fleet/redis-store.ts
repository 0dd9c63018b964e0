import { createBound } from '../memory/drop-oldest.ts'
import { openAnother, type RedisClient, type RedisConnection, speakThrough } from './redis-connection.ts'
import type { RevocationStore, RevocationSubscriber, SharedAnswers } from './revocation-store.ts'
import { assertRange } from '../verifier/options.ts'
import { within } from './with-timeout.ts'

/** Options of `createRedisStore`. */
export interface RedisStoreOptions {
  /** What the names of all keys begin with. Processes that share it are a fleet; each environment is one of its own. @default 'tokenward' */
  readonly prefix?: string | undefined
  /**
   * Whether answers of the service are shared as well among verifiers of one `clientId`, so that a fleet asks once per token and window.
   * Whoever can write to Redis can then let tokens in; so can another environment with the same prefix and `clientId`. @default false
   */
  readonly shareAnswers?: boolean | undefined
  /** How long Redis may take for one command, in milliseconds; 1 to 86,400,000. Beyond it, it counts as away. @default 1_000 */
  readonly timeoutMs?: number | undefined
  /** How long a revocation is kept for processes that start or come back, in milliseconds; 60,000 to 31,536,000,000. @default 86_400_000 */
  readonly retentionMs?: number | undefined
}

/** How often a silent connection is asked whether it still is one. */
const heartbeatMs = 1_000
const pauseMs = 100
/** How many of its own revocations a process can send again to a Redis that has lost them. */
const mostOwn = 100_000
/** How many revocations wait for a Redis that is away: as many as a verifier remembers. */
const mostUnsent = 1_000_000

type Entry = readonly [id: string, fields: readonly string[]]

/** Finds the entries of the one stream that was read: the client and the protocol decide what they are wrapped in. */
function entriesOf(reply: unknown): readonly Entry[] {
  if (typeof reply !== 'object' || reply === null) return []
  const streams: unknown[] = Array.isArray(reply)
    ? reply
    : [...(reply instanceof Map ? reply.values() : Object.values(reply))]
  const last = streams.at(-1) as readonly Entry[] | readonly [stream: string, entries: readonly Entry[]]
  return typeof last[0] === 'string' ? (last[1] as readonly Entry[]) : (last as readonly Entry[])
}

/**
 * Shares revocations through a stream of Redis or Valkey: each process follows it from the beginning, and again from the beginning
 * after each break, so that none misses what is still in force.
 *
 * @param client the application's own client, of `redis` or `ioredis`; a second connection is opened like it
 * @throws {AuthConfigurationError} when an option cannot be used
 */
export function createRedisStore(client: RedisClient, options: RedisStoreOptions = {}): RevocationStore {
  const { prefix = 'tokenward', shareAnswers = false, timeoutMs = 1_000, retentionMs = 86_400_000 } = options
  assertRange('timeoutMs', timeoutMs, 1, 86_400_000)
  assertRange('retentionMs', retentionMs, 60_000, 31_536_000_000)
  const stream = `${prefix}:revocations`
  const writer = speakThrough(client)
  const own = new Map<string, number>()
  const boundOwn = createBound(own, mostOwn)
  const unsent = new Map<string, number>()
  const boundUnsent = createBound(unsent, mostUnsent)
  let isSending = false
  let renewAt = 0
  let attached = 0
  /** When the newest entry was written, by the clock of Redis. */
  let newest = 0
  const command = (...args: readonly string[]): Promise<unknown> => within(timeoutMs, writer.command(...args))

  async function send(key: string, until: number): Promise<void> {
    const time = performance.now()
    // Not by the clock of this process, which could throw away what is in force.
    const oldest = String(Math.max(0, newest - retentionMs))
    const added = command('XADD', stream, 'MINID', '~', oldest, '*', 'key', key, 'until', String(until))
    const renew = (): void => {
      renewAt = time + retentionMs / 2
    }
    // Now and then is enough, because it is for twice the retention; without it, the fleet is told all the same.
    if (time >= renewAt) command('PEXPIRE', stream, String(2 * retentionMs)).then(renew, () => undefined)
    // In a transaction of the application it is only queued, and lost if that is discarded.
    if (!/^\d+-\d+$/.test(String(await added))) throw new Error('nothing is written')
  }

  function keepUnsent(key: string, until: number): void {
    unsent.set(key, until)
    boundUnsent()
  }

  /** Goes on where it stopped when it is called again. */
  async function sendUnsent(): Promise<void> {
    if (isSending) return
    isSending = true
    try {
      for (const [key, until] of unsent) {
        if (until > Date.now()) await send(key, until)
        unsent.delete(key)
      }
    } catch {
      // Redis is away again.
    } finally {
      isSending = false
    }
  }

  /** The database that a connection has chosen; `undefined` where Redis does not tell. */
  async function databaseOf(connection: RedisConnection): Promise<string | undefined> {
    try {
      const info = await within(timeoutMs, connection.command('CLIENT', 'INFO'))
      return / db=(\d+)/.exec(String(info))?.[1]
    } catch (error) {
      // Forbidden or unknown, which says nothing against the connection.
      if (/^(ERR|NOPERM)\b/.test((error as Error).message)) return undefined
      throw error
    }
  }

  /** Follows the stream until the connection breaks. */
  async function follow({ onRevoked, onAttached }: RevocationSubscriber, over: AbortSignal): Promise<void> {
    let isAttached = false
    const attach = (state: boolean): void => {
      attached += Number(state) - Number(isAttached)
      isAttached = state
      renewAt = 0
      onAttached(state)
    }
    const reader = openAnother(client)
    over.addEventListener('abort', reader.close)
    try {
      await within(timeoutMs, reader.ready)
      // The application may have chosen another since it connected, of which `duplicate` knows nothing.
      const [database, ours] = await Promise.all([databaseOf(writer), databaseOf(reader)])
      if (database !== undefined && database !== ours)
        await within(timeoutMs, reader.command('SELECT', database))
      // What this process has sent and Redis no longer has: lost in a crash or a failover.
      const lost = new Map(own)
      let position = '0-0'
      // The oldest entry since the last look that is to be there at the next one.
      let known: string | undefined
      let checkAt = 0
      while (!over.aborted) {
        const wait = isAttached ? ['BLOCK', String(heartbeatMs)] : []
        const read = reader.command('XREAD', 'COUNT', '1000', ...wait, 'STREAMS', stream, position)
        const entries = entriesOf(await within(heartbeatMs + timeoutMs, read))
        for (const [id, [, key = '', , until]] of entries) {
          position = id
          known ??= id
          lost.delete(key)
          onRevoked(key, Number(until))
        }
        newest = Math.max(newest, Number.parseInt(position, 10))
        if (!isAttached && entries.length === 0) {
          for (const [key, until] of lost) keepUnsent(key, until)
          attach(true)
        }
        if (isAttached) void sendUnsent()
        if (performance.now() < checkAt || known === undefined) continue
        // A flush breaks no connection, but takes with it what was known before.
        const range = reader.command('XRANGE', stream, known, known)
        const kept = (await within(timeoutMs, range)) as readonly unknown[]
        if (kept.length === 0) throw new Error('entries are lost')
        known = position
        checkAt = performance.now() + heartbeatMs
      }
    } finally {
      attach(false)
      over.removeEventListener('abort', reader.close)
      reader.close()
    }
  }

  // The answer and the claim to it are one key, so that nobody can claim what has just come.
  const answers: SharedAnswers = {
    async read(key) {
      const value = await command('GET', `${prefix}:answer:${key}`)
      return typeof value === 'string' && value !== '' ? value : undefined
    },
    claim: async (key) =>
      (await command('SET', `${prefix}:answer:${key}`, '', 'NX', 'PX', String(timeoutMs))) !== null,
    async write(key, value, ttlMs) {
      const name = `${prefix}:answer:${key}`
      await (value === undefined || ttlMs < 1
        ? command('DEL', name)
        : command('SET', name, value, 'PX', String(ttlMs)))
    },
  }

  return {
    answers: shareAnswers ? answers : undefined,
    subscribe(subscriber) {
      const over = new AbortController()
      const followed = (async () => {
        while (!over.signal.aborted) {
          await follow(subscriber, over.signal).catch(() => undefined)
          if (!over.signal.aborted) await new Promise((resolve) => setTimeout(resolve, pauseMs))
        }
      })()
      return async () => {
        over.abort()
        await followed
      }
    },
    async publish(key, until) {
      own.set(key, until)
      boundOwn()
      try {
        if (attached) {
          await send(key, until)
          return true
        }
      } catch {
        // Redis has just gone away.
      }
      // Nobody waits for it meanwhile; what is unsent goes out when it is back.
      keepUnsent(key, until)
      return false
    },
  }
}
