// As much load as one process can make: raw sockets, prepared requests, nothing parsed but the end of each answer.
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'

/** A load, and whom it goes to. */
export interface Load {
  /** The process of the server, which has called {@link tellProcessorTime}. */
  readonly server: ChildProcess
  /** Its port on 127.0.0.1. */
  readonly port: number
  /** Sent in turn, one at a time over each connection. */
  readonly requests: readonly Buffer[]
  /** How each answer ends, and nothing else does. */
  readonly answerEnd: string
  readonly connections: number
  readonly ms: number
}

/** What the server has done. */
export interface Served {
  readonly perSecond: number
  /** Requests per second of the server's own processor time: what it can do where it does not share its cores with the load. */
  readonly perProcessorSecond: number
}

/** Tells the parent process, whenever it asks, the processor time of this one so far, in seconds. */
export function tellProcessorTime(): void {
  process.on('message', () => {
    const { user, system } = process.cpuUsage()
    process.send?.((user + system) / 1_000_000)
  })
}

async function processorTime(server: ChildProcess): Promise<number> {
  server.send('processor time')
  const [seconds] = (await once(server, 'message')) as [number]
  return seconds
}

/** Writes a GET with a bearer token, as it stands on the wire. */
export function getRequest(path: string, token: string): Buffer {
  return Buffer.from(`GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${token}\r\n\r\n`)
}

/** Makes requests for `ms`; an answer that ends otherwise stops its connection. */
export async function load({ server, port, requests, answerEnd, connections, ms }: Load): Promise<Served> {
  let count = 0
  let isOver = false
  const next = (): Buffer => requests[count % requests.length] ?? Buffer.alloc(0)
  const end = Buffer.from(answerEnd)
  const before = await processorTime(server)
  const start = performance.now()
  await Promise.all(
    Array.from({ length: connections }, async () => {
      const callback = (size: number, chunk: Uint8Array): boolean => {
        if (end.compare(chunk, Math.max(0, size - end.length), size) === 0) {
          count += 1
          if (isOver) socket.destroy()
          else socket.write(next())
        }
        return true
      }
      // One buffer and no stream around what is read: the less is spent here, the more the servers decide the figure.
      const onread = { buffer: Buffer.alloc(64 * 1024), callback }
      const socket = connect({ port, host: '127.0.0.1', noDelay: true, onread })
      await once(socket, 'connect')
      socket.write(next())
      setTimeout(() => {
        isOver = true
        setTimeout(() => socket.destroy(), 50)
      }, ms)
      await once(socket, 'close')
    }),
  )
  const seconds = (performance.now() - start) / 1_000
  return { perSecond: count / seconds, perProcessorSecond: count / ((await processorTime(server)) - before) }
}
