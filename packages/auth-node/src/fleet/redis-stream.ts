import { openAnother, type RedisClient, type RedisConnection } from './redis-connection.ts'
import { covers, deliver, readMessage } from './redis-message.ts'
import type { RedisOutbox } from './redis-outbox.ts'
import type { RevocationSubscriber } from './revocation-store.ts'
import { withTimeout } from './with-timeout.ts'

/** How long a read of the stream waits for news, so that a dead connection is noticed. */
const heartbeatMs = 1_000
/** How many entries one read brings at most. */
const mostEntries = 1_000

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

export interface RedisStreamSettings {
  /** The application's own client; the stream is read on a second connection like it. */
  readonly client: RedisClient
  readonly writer: RedisConnection
  readonly stream: string
  readonly timeoutMs: number
}

/** The number of the database that a connection uses; `undefined` where Redis does not tell. */
async function databaseOf(connection: RedisConnection, timeoutMs: number): Promise<string | undefined> {
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

/**
 * Follows the stream from its beginning until the connection breaks, and sends what has not been sent or was lost.
 *
 * @throws what has broken the connection
 */
export async function followRedisStream(
  { client, writer, stream, timeoutMs }: RedisStreamSettings,
  outbox: RedisOutbox,
  subscriber: RevocationSubscriber,
  over: AbortSignal,
): Promise<void> {
  let isAttached = false
  // For how much longer nothing can be missing, counted from when the last read was sent: its answer may have waited for a frozen process.
  let restMs = 0
  const attach = (state: boolean): void => {
    if (state !== isAttached) outbox.onAttached(state)
    isAttached = state
    subscriber.onAttached(state, restMs)
  }
  const reader = openAnother(client)
  over.addEventListener('abort', reader.close)
  try {
    await withTimeout(timeoutMs, reader.ready)
    // The application may have selected another database since it connected; `duplicate` does not copy that.
    const [database, ours] = await Promise.all([databaseOf(writer, timeoutMs), databaseOf(reader, timeoutMs)])
    if (database !== undefined && database !== ours)
      await withTimeout(timeoutMs, reader.command('SELECT', database))
    // What remains here after reading was in Redis and has been lost there, in a crash or a failover.
    const lost = new Map(outbox.sent)
    let position = '0-0'
    // The first entry since the last look. It must still be there at the next one.
    let known: string | undefined
    let checkAt = 0
    while (!over.aborted) {
      const wait = isAttached && restMs > 0 ? ['BLOCK', String(heartbeatMs)] : []
      const sentAt = performance.now()
      const read = reader.command('XREAD', 'COUNT', String(mostEntries), ...wait, 'STREAMS', stream, position)
      const entries = entriesOf(await withTimeout(heartbeatMs + timeoutMs, read))
      restMs = heartbeatMs + timeoutMs - (performance.now() - sentAt)
      for (const [id, fields] of entries) {
        position = id
        known ??= id
        const entry = readMessage(fields)
        if (!entry) continue
        const { name, message } = entry
        const sent = lost.get(name)
        if (sent !== undefined && covers(message, sent)) lost.delete(name)
        // Of cut-offs the service knows nothing, so that each process tells a Redis that has lost them.
        if (typeof message !== 'number') outbox.keepSent(name, message)
        deliver(name, message, subscriber)
      }
      outbox.noteWritten(Number.parseInt(position, 10))
      if (!isAttached && entries.length === 0) {
        for (const [name, message] of lost) outbox.keepUnsent(name, message)
        attach(true)
      } else if (isAttached && restMs > 0 && entries.length < mostEntries) attach(true)
      if (isAttached) void outbox.sendUnsent()
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
