import { createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { freePort, listen } from '../src/ports.ts'

test('freePort: finds a port that a server can take', async () => {
  const port = await freePort()
  const server = createServer().listen(port, '127.0.0.1')
  onTestFinished(() => void server.close())
  await new Promise((resolve) => server.once('listening', resolve))
  expect(server.address()).toMatchObject({ port })
})

test('listen: resolves to the port that the server has', async () => {
  const server = createServer()
  onTestFinished(() => void server.close())
  expect(server.address()).toBeNull()
  expect(await listen(server)).toBe((server.address() as { port: number }).port)
})
