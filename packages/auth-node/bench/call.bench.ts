// One call to the service over loopback: the client's throughput beside undici.request and the global fetch.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { interleave, printFigures, printRow } from '@tokenward/scripts/bench/measure'

if (process.argv[2] === 'serve') {
  const body = JSON.stringify({ token_type: 'Bearer', client_id: 'shop', sub: '42', scope: 'user' })
  const head = { 'content-type': 'application/json', 'content-length': String(body.length) }
  const server = createServer((_request, response) => void response.writeHead(200, head).end(body))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  process.send?.((server.address() as AddressInfo).port)
  process.on('disconnect', () => process.exit())
} else {
  const server = fork(import.meta.filename, ['serve'])
  const [port] = (await once(server, 'message')) as [number]
  const measure = async (name: string, concurrency: number): Promise<number> => {
    const args = [name, `http://127.0.0.1:${port}`, String(concurrency), '600']
    const [rate] = (await once(fork(new URL('call-client.ts', import.meta.url), args), 'message')) as [number]
    return rate
  }
  for (const concurrency of [1, 64]) {
    const figures = await interleave(7, {
      undici: () => measure('undici', concurrency),
      ours: () => measure('ours', concurrency),
      'global fetch': () => measure('global fetch', concurrency),
      'node:http, headers as an object': () => measure('node:http object', concurrency),
      'node:http, headers as an array': () => measure('node:http array', concurrency),
    })
    printFigures(`verifyToken, ${concurrency} at once`, 'calls per second', figures)
    const { ours, undici } = figures
    // Node 20 has a faster agent, or a slower undici.
    const [ofUndici, ofFetch] = process.versions.node.startsWith('20.') ? [0.37, 1.6] : [0.33, 1.2]
    printRow('ours ÷ undici.request', ours / undici, { atLeast: concurrency === 1 ? 0.8 : ofUndici })
    if (concurrency > 1) printRow('ours ÷ global fetch', ours / figures['global fetch'], { atLeast: ofFetch })
    const common = figures['node:http, headers as an object'] / figures['node:http, headers as an array']
    console.log(`the common form of headers: ${common.toFixed(2)} of what an array would bring`)
  }
  server.kill()
}
