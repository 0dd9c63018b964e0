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

/** What the fleet can speak through. */
export type RedisClient = NodeRedisClient | IoredisClient | IoredisCluster

/** What both clients can do. */
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
        // The application may have set its client to answer in buffers.
        command: (...args) => client.sendCommand([...args], { typeMapping: {} }),
        close: () => client.destroy(),
      }
}

/** Opens another connection to the same server, one that fails at once when it breaks, so that nothing is missed unnoticed. */
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
  // What breaks is also told by the command that was under way.
  another.on('error', () => undefined)
  const { command, close } = speakThrough(another)
  return {
    ready: another.connect(),
    command,
    close() {
      try {
        close()
      } catch {
        // It had broken before.
      }
    },
  }
}
