// Makes as much load as one process can: it writes prepared requests to raw sockets, and looks only at the end of each answer.
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'

/** A load, and the server that it goes to. */
export interface Load {
  /** The process of the server, which has called {@link tellProcessorTime}. */
  readonly server: ChildProcess
  /** Its port on 127.0.0.1. */
  readonly port: number
  /** The requests to send in turn. Each connection sends its next one after the answer to the last. */
  readonly requests: readonly Buffer[]
  /** The text that each answer ends with. It must not occur anywhere else in the answer. */
  readonly answerEnd: string
  readonly connections: number
  readonly ms: number
}

/** What the server has done. */
export interface Served {
  readonly perSecond: number
  /** Requests per second of the server's own processor time: its speed if the load did not run on the same cores. */
  readonly perProcessorSecond: number
}

/** Makes a server answer each message of its parent process with the processor time it has used so far, in seconds. */
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

/** Makes requests for `ms` milliseconds. A connection whose answer does not end with `answerEnd` sends nothing more. */
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
      // Reads into one buffer, without a stream: the less time this process spends, the more the figure depends on the server.
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
