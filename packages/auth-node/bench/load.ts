// As much load as one process can make: raw sockets, prepared requests, nothing parsed but the status.
import { once } from 'node:events'
import { connect } from 'node:net'

/** Resolves to requests per second over so many connections; ends the program on any other answer than 200. */
export async function load(
  port: number,
  tokens: readonly string[],
  connections: number,
  ms: number,
): Promise<number> {
  const requests = tokens.map((token) =>
    Buffer.from(`GET /me HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${token}\r\n\r\n`),
  )
  let count = 0
  let isOver = false
  const next = (): Buffer => requests[count % requests.length] ?? Buffer.alloc(0)
  const start = performance.now()
  await Promise.all(
    Array.from({ length: connections }, async () => {
      const socket = connect(port, '127.0.0.1').setNoDelay()
      await once(socket, 'connect')
      socket.on('data', (chunk) => {
        const text = chunk.toString('latin1')
        // The end of the body: every answer is the same small JSON.
        if (!text.endsWith('{"ok":true}')) return
        count += 1
        if (isOver) socket.destroy()
        else socket.write(next())
      })
      socket.write(next())
      setTimeout(() => {
        isOver = true
        setTimeout(() => socket.destroy(), 50)
      }, ms)
      await once(socket, 'close')
    }),
  )
  return count / ((performance.now() - start) / 1_000)
}
