import { expect, test } from 'vitest'
import { listen } from '../../src/http/http-server.ts'
import { exchange } from '../bed/call.ts'

const here = { port: 0, host: '127.0.0.1' }

test.each([
  'GET / HTTP/1.1\r\nhost: mock\r\nx-a: ',
  'POST / HTTP/1.1\r\nhost: mock\r\ncontent-length: 9\r\n\r\n{',
])('listen: a request that does not arrive in time is refused by 408', async (bytes) => {
  const server = await listen({ ...here, slowMs: 50 }, async () => new Promise(() => undefined))
  expect(await exchange(server, bytes)).toMatch(/^HTTP\/1\.1 408 [^]*"error":"deadline_exceeded"/)
  await server.close()
})

test('listen: a port that is taken is an error', async () => {
  const server = await listen(here, async () => undefined)
  const taken = { ...here, port: Number(new URL(server.url).port) }
  await expect(listen(taken, async () => undefined)).rejects.toThrow('EADDRINUSE')
  await server.close()
})
