import { createDropOldest } from '../memory/drop-oldest.ts'
import { endOf, mergeMessages, type Message, toFields } from './redis-message.ts'

/** How many messages a process can send again to a Redis that has lost them. */
const mostSent = 100_000
/** How many messages wait for a Redis that is away: as many as a verifier remembers revocations. */
const mostUnsent = 1_000_000

export interface RedisOutboxSettings {
  readonly stream: string
  readonly retentionMs: number
  /** Sends a command through the application's own connection, and waits no longer than the store may. */
  readonly command: (...args: readonly string[]) => Promise<unknown>
}

/** What this process publishes: sent at once, or once Redis is back. */
export interface RedisOutbox {
  /** Sends a message; resolves to `false` where it is kept, to be sent later. */
  readonly publish: (name: string, message: Message) => Promise<boolean>
  /** Sends what is unsent, until Redis fails; the next call goes on from there. */
  readonly sendUnsent: () => Promise<void>
  /** What this process has sent or read, by name: what is missing in Redis afterwards was lost there. */
  readonly sent: ReadonlyMap<string, Message>
  /** Keeps a message of another process, to be sent again should Redis lose it. */
  readonly keepSent: (name: string, message: Message) => void
  /** Keeps a message that Redis has lost, to be sent again. */
  readonly keepUnsent: (name: string, message: Message) => void
  /** A subscriber follows the stream, or does so no longer; without one, Redis counts as away. */
  readonly onAttached: (isAttached: boolean) => void
  /** Notes when an entry was written, by the clock of Redis. */
  readonly noteWritten: (at: number) => void
}

export function createRedisOutbox({ stream, retentionMs, command }: RedisOutboxSettings): RedisOutbox {
  const sent = new Map<string, Message>()
  const dropOldestSent = createDropOldest(sent, mostSent)
  const unsent = new Map<string, Message>()
  const dropOldestUnsent = createDropOldest(unsent, mostUnsent)
  let isSending = false
  let renewAt = 0
  let attached = 0
  let newest = 0

  async function send(name: string, message: Message): Promise<void> {
    const time = performance.now()
    // By whichever clock is behind, that of Redis or of this process: the other could trim revocations that are in force.
    const oldest = String(Math.max(0, Math.min(newest, Date.now()) - retentionMs))
    const added = command('XADD', stream, 'MINID', '~', oldest, '*', ...toFields(name, message))
    const renew = (): void => {
      renewAt = time + retentionMs / 2
    }
    // Renewed rarely, because it is for twice the retention. A Redis user without the right to PEXPIRE can do without it.
    if (time >= renewAt) command('PEXPIRE', stream, String(2 * retentionMs)).then(renew, () => undefined)
    // In a transaction of the application the command is only queued, and lost when the transaction is discarded.
    if (!/^\d+-\d+$/.test(String(await added))) throw new Error('the entry was not written')
  }

  function keepUnsent(name: string, message: Message): void {
    unsent.set(name, mergeMessages(unsent.get(name), message))
    dropOldestUnsent()
  }

  function keepSent(name: string, message: Message): void {
    sent.set(name, mergeMessages(sent.get(name), message))
    dropOldestSent()
  }

  return {
    sent,
    keepSent,
    keepUnsent,
    async publish(name, message) {
      keepSent(name, message)
      try {
        if (attached) {
          await send(name, message)
          return true
        }
      } catch {
        // Redis has just gone away.
      }
      // Sent when Redis is back; the caller does not wait for it.
      keepUnsent(name, message)
      return false
    },
    async sendUnsent() {
      if (isSending) return
      isSending = true
      try {
        for (const [name, message] of unsent) {
          if (endOf(message) > Date.now()) await send(name, message)
          // A later message about the same user may have come meanwhile.
          if (unsent.get(name) === message) unsent.delete(name)
        }
      } catch {
        // Redis is away again.
      } finally {
        isSending = false
      }
    },
    onAttached(isAttached) {
      attached += isAttached ? 1 : -1
      renewAt = 0
    },
    noteWritten(at) {
      newest = Math.max(newest, at)
    },
  }
}
