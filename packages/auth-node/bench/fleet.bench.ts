// How soon another instance knows of a revocation, beside a bare publish over the same Redis. Needs redis-server.
import { spawn } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { createClient } from 'redis'
import { createRedisStore } from '@tokenward/auth-node/redis'
import { interleave, printFigures, printRow } from '@tokenward/scripts/bench/measure'

const port = 20_000 + (process.pid % 20_000)
const server = spawn('redis-server', ['--port', `${port}`, '--bind', '127.0.0.1', '--save', ''])
try {
  for await (const line of server.stdout) if (String(line).includes('Ready to accept')) break
  const open = () => createClient({ url: `redis://127.0.0.1:${port}` }).connect()
  const [one, two, three, four] = await Promise.all([open(), open(), open(), open()])

  const waiting = new Map<string, (at: number) => void>()
  const seen = (key: string): Promise<number> => new Promise((resolve) => void waiting.set(key, resolve))
  const arrive = (key: string): void => waiting.get(key)?.(performance.now())
  const events = new EventEmitter()
  const attached = Promise.all([once(events, 'listener'), once(events, 'own')])
  const listener = createRedisStore(two)
  const stop = listener.subscribe({ onRevoked: arrive, onAttached: () => events.emit('listener') })
  const store = createRedisStore(one)
  const stopOwn = store.subscribe({ onRevoked: () => undefined, onAttached: () => events.emit('own') })
  await attached
  // As many listeners as ours has, whose publisher listens itself.
  await Promise.all([three.subscribe('bare', arrive), four.subscribe('bare', () => undefined)])

  let count = 0
  /** The 99th percentile of so many, one after the other, in milliseconds. */
  async function p99(send: (key: string) => Promise<unknown>, rest: () => Promise<unknown>): Promise<number> {
    const times: number[] = []
    for (let index = 0; index < 500; index += 1) {
      const key = `key-${(count += 1)}`
      const arrived = seen(key)
      const start = performance.now()
      const sent = send(key)
      times.push((await arrived) - start)
      await sent
      await rest()
      waiting.delete(key)
    }
    return times.sort((a, b) => a - b)[494] ?? Number.NaN
  }
  const rests = {
    'back to back': () => new Promise(setImmediate),
    // As people sign out: every listener waits for news again.
    'one every 2 ms': () => new Promise((resolve) => setTimeout(resolve, 2)),
  }
  for (const [name, rest] of Object.entries(rests)) {
    const figures = await interleave(7, {
      ours: () => p99((key) => store.publish(key, Date.now() + 3_600_000), rest),
      'bare publish': () => p99((key) => one.publish('bare', key), rest),
    })
    printFigures(`a revocation seen by another instance, ${name}, 99th percentile`, 'ms', figures)
    printRow('p99, ms', figures.ours, { atMost: 10 })
    printRow('ours ÷ bare publish', figures.ours / figures['bare publish'], { atMost: 3 })
  }
  await Promise.all([stop(), stopOwn()])
  for (const client of [one, two, three, four]) client.destroy()
} finally {
  server.kill()
}
