import { assertArgument, type OptionNames, readOptions } from '@tokenward/auth-core'
import { createRedisAnswers } from './redis-answers.ts'
import { type RedisClient, speakThrough } from './redis-connection.ts'
import { nameOfCutOff } from './redis-message.ts'
import { createRedisOutbox } from './redis-outbox.ts'
import { followRedisStream } from './redis-stream.ts'
import type { RevocationStore } from './revocation-store.ts'
import { withTimeout } from './with-timeout.ts'

/** Options of `createRedisStore`. */
export interface RedisStoreOptions {
  /** What the names of all keys begin with. The processes that use one prefix are one fleet; give each environment its own. @default 'tokenward' */
  readonly prefix?: string | undefined
  /**
   * Whether verifiers of one service and `clientId` share the service's answers as well, so that a fleet asks once for each token and
   * window. A program that can write to Redis can then let tokens in. @default false
   */
  readonly shareAnswers?: boolean | undefined
  /** How long Redis may take for one command, in milliseconds; 1 to 86,400,000. Beyond it, it counts as away. @default 1_000 */
  readonly timeoutMs?: number | undefined
  /** How long a revocation is kept for processes that start or come back, in milliseconds; 60,000 to 31,536,000,000. @default 86_400_000 */
  readonly retentionMs?: number | undefined
}

const names: OptionNames<RedisStoreOptions> = {
  prefix: 'string',
  shareAnswers: 'boolean',
  timeoutMs: [1, 86_400_000],
  retentionMs: [60_000, 31_536_000_000],
}

/** How long to wait before Redis is tried again after a break. */
const pauseMs = 100

/**
 * Shares revocations through a stream of Redis: each process reads it from the beginning, and again from the beginning after each
 * break of the connection, so that no process misses a revocation that is still in force.
 *
 * All processes must see the same keys: give each of them the same `prefix`, and the same `keyPrefix` where the client is of `ioredis`.
 *
 * @param client the application's own client, of `redis` or `ioredis`; a second connection is opened like it
 * @param options the names of the keys, what is shared, and how long Redis may take
 * @returns the option `store` of `createTokenVerifier`
 * @throws {AuthConfigurationError} when the client is none, or an option is unknown or cannot be used
 * @example
 * ```ts
 * const redis = await createClient({ url: 'redis://127.0.0.1:6379' }).on('error', console.error).connect()
 * const verifier = createTokenVerifier(auth, { store: createRedisStore(redis, { prefix: 'shop' }) })
 * ```
 */
export function createRedisStore(client: RedisClient, options: RedisStoreOptions = {}): RevocationStore {
  const own = readOptions('createRedisStore', options, names)
  const { prefix = 'tokenward', shareAnswers = false, timeoutMs = 1_000, retentionMs = 86_400_000 } = own
  const { call, sendCommand, duplicate } = Object(client) as Readonly<Record<string, unknown>>
  const isClient = [call, sendCommand].some((each) => typeof each === 'function')
  const rule = 'must be a client of redis or ioredis, which createClient or new Redis makes'
  assertArgument('client', isClient && typeof duplicate === 'function', rule)
  const stream = `${prefix}:revocations`
  const writer = speakThrough(client)
  const command = (...args: readonly string[]): Promise<unknown> =>
    withTimeout(timeoutMs, writer.command(...args))
  const outbox = createRedisOutbox({ stream, retentionMs, command })
  const settings = { client, writer, stream, timeoutMs }

  return {
    answers: shareAnswers ? createRedisAnswers(prefix, timeoutMs, command) : undefined,
    subscribe(subscriber) {
      const over = new AbortController()
      const followed = (async () => {
        while (!over.signal.aborted) {
          await followRedisStream(settings, outbox, subscriber, over.signal).catch(() => undefined)
          if (!over.signal.aborted) await new Promise((resolve) => setTimeout(resolve, pauseMs))
        }
      })()
      return async () => {
        over.abort()
        await followed
      }
    },
    publish: (key, until) => outbox.publish(key, until),
    publishCutOff: (cutOff) => outbox.publish(nameOfCutOff(cutOff), cutOff),
  }
}
