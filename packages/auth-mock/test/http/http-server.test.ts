import { expect, test } from 'vitest'
import { listen } from '../../src/http/http-server.ts'
import { exchange } from '../bed/call.ts'

test.each([
  'GET / HTTP/1.1\r\nhost: mock\r\nx-a: ',
  'POST / HTTP/1.1\r\nhost: mock\r\ncontent-length: 9\r\n\r\n{',
])('listen: a request that does not arrive in time is refused by 408', async (bytes) => {
  const server = await listen(0, async () => new Promise(() => undefined), 50)
  expect(await exchange(server, bytes)).toMatch(/^HTTP\/1\.1 408 [^]*"error":"deadline_exceeded"/)
  await server.close()
})

test('listen: a port that is taken is an error', async () => {
  const server = await listen(0, async () => undefined)
  await expect(listen(Number(new URL(server.url).port), async () => undefined)).rejects.toThrow('EADDRINUSE')
  await server.close()
})
