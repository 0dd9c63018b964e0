export { createRedisStore } from './fleet/redis-store.ts'
export type { RedisStoreOptions } from './fleet/redis-store.ts'
export type { IoredisClient, IoredisCluster, NodeRedisClient, RedisClient } from './fleet/redis-connection.ts'
