/** A client of the package `redis`, 5 or later, that `createClient` makes. */
export interface NodeRedisClient {
  sendCommand(args: string[], options?: object): Promise<unknown>
  duplicate(overrides: object): NodeRedisClient & { connect(): Promise<unknown> }
  destroy(): void
  on(event: 'error', listener: (error: unknown) => void): unknown
  readonly options?: { readonly socket?: object } | undefined
}

/** A client of the package `ioredis`, 5 or later, of one server or of Sentinels. */
export interface IoredisClient {
  call(command: string, args: string[]): Promise<unknown>
  duplicate(overrides: object): IoredisClient & { connect(): Promise<unknown> }
  disconnect(reconnect?: boolean): void
  on(event: 'error', listener: (error: unknown) => void): unknown
}

/** A `Cluster` of the package `ioredis`, 5 or later. */
export interface IoredisCluster extends Omit<IoredisClient, 'duplicate'> {
  readonly isCluster: boolean
  duplicate(nodes: never[], overrides: object): IoredisCluster & { connect(): Promise<unknown> }
}

/** A client that `createRedisStore` takes. */
export type RedisClient = NodeRedisClient | IoredisClient | IoredisCluster

/** What the store needs of a connection. */
export interface RedisConnection {
  readonly command: (...args: readonly string[]) => Promise<unknown>
  readonly close: () => void
}

const isIoredis = (client: RedisClient): client is IoredisClient | IoredisCluster => 'call' in client
const isCluster = (client: IoredisClient | IoredisCluster): client is IoredisCluster =>
  'isCluster' in client && client.isCluster

/** Speaks through the application's own connection. */
export function speakThrough(client: RedisClient): RedisConnection {
  return isIoredis(client)
    ? {
        command: (command = '', ...args) => client.call(command, args),
        close: () => client.disconnect(false),
      }
    : {
        // In texts, also where the application has set its client to answer in buffers.
        command: (...args) => client.sendCommand([...args], { typeMapping: {} }),
        close: () => client.destroy(),
      }
}

/** Opens another connection to the same server. It does not reconnect by itself, so that each break is noticed. */
export function openAnother(client: RedisClient): RedisConnection & { readonly ready: Promise<unknown> } {
  const another = isIoredis(client)
    ? isCluster(client)
      ? client.duplicate([], { lazyConnect: true, clusterRetryStrategy: () => null })
      : client.duplicate({
          lazyConnect: true,
          retryStrategy: () => null,
          autoResendUnfulfilledCommands: false,
          commandTimeout: undefined,
          socketTimeout: undefined,
        })
    : client.duplicate({
        socket: { ...client.options?.socket, reconnectStrategy: false, socketTimeout: undefined },
      })
  // The command that was under way fails as well, so the event is not needed.
  another.on('error', () => undefined)
  const { command, close } = speakThrough(another)
  return {
    ready: another.connect(),
    command,
    close() {
      try {
        close()
      } catch {
        // The connection had broken before.
      }
    },
  }
}
