// A real redis-server, or valkey-server, on a free port, which can be killed and started again.
import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { freePort } from './ports.ts'

/** `redis`, or `valkey` in the test project of that name. */
const engine = process.env['TOKENWARD_TEST_REDIS'] ?? 'redis'

export interface RedisServer extends AsyncDisposable {
  readonly port: number
  readonly kill: () => Promise<void>
  readonly start: () => Promise<void>
}

/**
 * @param isDurable whether what was written survives a kill
 * @param more flags of the server
 */
export async function startRedis(isDurable: boolean, more: readonly string[] = []): Promise<RedisServer> {
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'tokenward-redis-'))
  let child: ChildProcess | undefined

  async function start(): Promise<void> {
    const durable = isDurable ? ['--appendonly', 'yes', '--appendfsync', 'always'] : ['--save', '']
    const flags = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', folder, ...durable, ...more]
    child = spawn(`${engine}-server`, flags, { stdio: ['ignore', 'pipe', 'inherit'] })
    for await (const line of child.stdout ?? []) if (String(line).includes('Ready to accept')) break
  }

  async function kill(): Promise<void> {
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    child.kill('SIGKILL')
    await exited
  }

  await start()
  return {
    port,
    start,
    kill,
    async [Symbol.asyncDispose]() {
      await kill()
      rmSync(folder, { recursive: true })
    },
  }
}

/** Starts a Cluster of three servers, whose slots they share. */
export async function startCluster(): Promise<RedisServer> {
  const flags = ['--cluster-enabled', 'yes', '--cluster-node-timeout', '1000']
  const servers = [
    await startRedis(true, flags),
    await startRedis(true, flags),
    await startRedis(true, flags),
  ]
  const [first] = servers
  const addresses = servers.map(({ port }) => `127.0.0.1:${port}`)
  await promisify(execFile)(`${engine}-cli`, ['--cluster', 'create', ...addresses, '--cluster-yes'])
  return {
    port: first?.port ?? 0,
    start: async () => void (await Promise.all(servers.map(({ start }) => start()))),
    kill: async () => void (await Promise.all(servers.map(({ kill }) => kill()))),
    async [Symbol.asyncDispose]() {
      await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()))
    },
  }
}
