// One process of a fleet: does what its parent says, and answers. Arguments: the service's address, the port of Redis.
import { createClient } from 'redis'
import { createAuthClient } from '../../src/client/create-auth-client.ts'
import { createRedisStore } from '../../src/redis.ts'
import { createTokenVerifier } from '../../src/verifier/create-token-verifier.ts'

export interface Order {
  readonly id: number
  readonly method: 'verifyToken' | 'revoke' | 'isIsolated'
  readonly token: string
}

const [baseUrl = '', port = ''] = process.argv.slice(2)
const client = createClient({ socket: { host: '127.0.0.1', port: Number(port), reconnectStrategy: 20 } })
client.on('error', () => undefined)
await client.connect()
const verifier = createTokenVerifier(createAuthClient({ baseUrl, clientId: 'shop' }), {
  revocationWindowMs: 3_600_000,
  // Enough for a busy machine, which would count as a Redis that is away.
  store: createRedisStore(client, { timeoutMs: 2_000 }),
})

process.on('message', ({ id, method, token }: Order) => {
  const answer =
    method === 'isIsolated' ? Promise.resolve(verifier.stats().isIsolated) : verifier[method](token)
  answer.then(
    (result) => process.send?.({ id, result }),
    (error: unknown) => process.send?.({ id, error: String(error) }),
  )
})
process.send?.({ id: 0 })
