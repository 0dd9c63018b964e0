import { assertRange, type OptionNames, readOptions } from '@tokenward/auth-core'
import { createDropOldest } from '../memory/drop-oldest.ts'
import { openAnother, type RedisClient, type RedisConnection, speakThrough } from './redis-connection.ts'
import type { RevocationStore, RevocationSubscriber, SharedAnswers } from './revocation-store.ts'
import { withTimeout } from './with-timeout.ts'

/** Options of `createRedisStore`. */
export interface RedisStoreOptions {
  /** What the names of all keys begin with. The processes that use one prefix are one fleet; give each environment its own. @default 'tokenward' */
  readonly prefix?: string | undefined
  /**
   * Whether verifiers of one `clientId` share the service's answers as well, so that a fleet asks once for each token and window. A
   * program that can write to Redis can then let tokens in; so can another environment with the same prefix and `clientId`. @default false
   */
  readonly shareAnswers?: boolean | undefined
  /** How long Redis may take for one command, in milliseconds; 1 to 86,400,000. Beyond it, it counts as away. @default 1_000 */
  readonly timeoutMs?: number | undefined
  /** How long a revocation is kept for processes that start or come back, in milliseconds; 60,000 to 31,536,000,000. @default 86_400_000 */
  readonly retentionMs?: number | undefined
}

const names: OptionNames<RedisStoreOptions> = {
  prefix: true,
  shareAnswers: true,
  timeoutMs: true,
  retentionMs: true,
}

/** How long a read of the stream waits for news, so that a dead connection is noticed. */
const heartbeatMs = 1_000
const pauseMs = 100
/** How many of its own revocations a process can send again to a Redis that has lost them. */
const mostSentHere = 100_000
/** How many revocations wait for a Redis that is away: as many as a verifier remembers. */
const mostUnsent = 1_000_000

type Entry = readonly [id: string, fields: readonly string[]]

/** Finds the entries of the one stream that was read. Their wrapping depends on the client and the protocol. */
function entriesOf(reply: unknown): readonly Entry[] {
  if (typeof reply !== 'object' || reply === null) return []
  const streams: unknown[] = Array.isArray(reply)
    ? reply
    : [...(reply instanceof Map ? reply.values() : Object.values(reply))]
  const last = streams.at(-1) as readonly Entry[] | readonly [stream: string, entries: readonly Entry[]]
  return typeof last[0] === 'string' ? (last[1] as readonly Entry[]) : (last as readonly Entry[])
}

/**
 * Shares revocations through a stream of Redis: each process reads it from the beginning, and again from the beginning after each
 * break of the connection, so that no process misses a revocation that is still in force.
 *
 * All processes must see the same keys: give each of them the same `prefix`, and the same `keyPrefix` where the client is of `ioredis`.
 *
 * @param client the application's own client, of `redis` or `ioredis`; a second connection is opened like it
 * @param options the names of the keys, what is shared, and how long Redis may take
 * @returns the option `store` of `createTokenVerifier`
 * @throws {AuthConfigurationError} when an option is unknown or cannot be used
 * @example
 * ```ts
 * const redis = await createClient({ url: 'redis://127.0.0.1:6379' }).on('error', console.error).connect()
 * const verifier = createTokenVerifier(auth, { store: createRedisStore(redis, { prefix: 'shop' }) })
 * ```
 */
export function createRedisStore(client: RedisClient, options: RedisStoreOptions = {}): RevocationStore {
  const own = readOptions('createRedisStore', options, names)
  const { prefix = 'tokenward', shareAnswers = false, timeoutMs = 1_000, retentionMs = 86_400_000 } = own
  assertRange('timeoutMs', timeoutMs, 1, 86_400_000)
  assertRange('retentionMs', retentionMs, 60_000, 31_536_000_000)
  const stream = `${prefix}:revocations`
  const writer = speakThrough(client)
  const sentHere = new Map<string, number>()
  const dropOldestSentHere = createDropOldest(sentHere, mostSentHere)
  const unsent = new Map<string, number>()
  const dropOldestUnsent = createDropOldest(unsent, mostUnsent)
  let isSending = false
  let renewAt = 0
  let attached = 0
  /** When the newest entry was written, by the clock of Redis. */
  let newest = 0
  const command = (...args: readonly string[]): Promise<unknown> =>
    withTimeout(timeoutMs, writer.command(...args))

  async function send(key: string, until: number): Promise<void> {
    const time = performance.now()
    // By whichever clock is behind, that of Redis or of this process: the other could trim revocations that are in force.
    const oldest = String(Math.max(0, Math.min(newest, Date.now()) - retentionMs))
    const added = command('XADD', stream, 'MINID', '~', oldest, '*', 'key', key, 'until', String(until))
    const renew = (): void => {
      renewAt = time + retentionMs / 2
    }
    // Renewed rarely, because it is for twice the retention. A Redis user without the right to PEXPIRE can do without it.
    if (time >= renewAt) command('PEXPIRE', stream, String(2 * retentionMs)).then(renew, () => undefined)
    // In a transaction of the application the command is only queued, and lost when the transaction is discarded.
    if (!/^\d+-\d+$/.test(String(await added))) throw new Error('the entry was not written')
  }

  function keepUnsent(key: string, until: number): void {
    unsent.set(key, until)
    dropOldestUnsent()
  }

  /** Sends what is unsent, until Redis fails; the next call goes on from there. */
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

  /** The number of the database that a connection uses; `undefined` where Redis does not tell. */
  async function databaseOf(connection: RedisConnection): Promise<string | undefined> {
    try {
      const info = await withTimeout(timeoutMs, connection.command('CLIENT', 'INFO'))
      return / db=(\d+)/.exec(String(info))?.[1]
    } catch (error) {
      // The command is forbidden or unknown, but the connection works.
      const { message } = Object(error) as { readonly message?: unknown }
      if (typeof message === 'string' && /^(ERR|NOPERM)\b/.test(message)) return undefined
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
      await withTimeout(timeoutMs, reader.ready)
      // The application may have selected another database since it connected; `duplicate` does not copy that.
      const [database, ours] = await Promise.all([databaseOf(writer), databaseOf(reader)])
      if (database !== undefined && database !== ours)
        await withTimeout(timeoutMs, reader.command('SELECT', database))
      // What remains here after reading has been sent by this process and then lost by Redis, in a crash or a failover.
      const lost = new Map(sentHere)
      let position = '0-0'
      // The first entry since the last look. It must still be there at the next one.
      let known: string | undefined
      let checkAt = 0
      while (!over.aborted) {
        const wait = isAttached ? ['BLOCK', String(heartbeatMs)] : []
        const read = reader.command('XREAD', 'COUNT', '1000', ...wait, 'STREAMS', stream, position)
        const entries = entriesOf(await withTimeout(heartbeatMs + timeoutMs, read))
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
        // A flush removes the entries without breaking a connection.
        const range = reader.command('XRANGE', stream, known, known)
        const kept = (await withTimeout(timeoutMs, range)) as readonly unknown[]
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

  // One key holds the answer or, while it is empty, the claim: so no process can claim a question that was just answered.
  const answers: SharedAnswers = {
    async read(key) {
      const name = `${prefix}:answer:${key}`
      // In this order, so that the time can only belong to this value or to an older one.
      const [remainingMs, value] = await Promise.all([command('PTTL', name), command('GET', name)])
      return typeof value === 'string' && value !== ''
        ? { value, remainingMs: Number(remainingMs) }
        : undefined
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
      sentHere.set(key, until)
      dropOldestSentHere()
      try {
        if (attached) {
          await send(key, until)
          return true
        }
      } catch {
        // Redis has just gone away.
      }
      // Sent when Redis is back; the caller does not wait for it.
      keepUnsent(key, until)
      return false
    },
  }
}
