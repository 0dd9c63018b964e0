import { createRequire } from 'node:module'
import { expect, test } from 'vitest'
import { createTransport } from '../../src/service/transport.ts'
import { startServer } from '../start-server.ts'

// The clock of undici's own limits.
const { tick } = createRequire(import.meta.url)('undici/lib/util/timers.js') as {
  readonly tick: (ms: number) => void
}

test('transport: the time of a call is what the client was given, also where undici would end it after five minutes', async () => {
  await using server = await startServer((_request, response) => {
    // A new timer counts from the first tick on.
    tick(0)
    tick(301_000)
    response.end('{}')
  })
  const { send, close } = await createTransport(new URL(server.url), 1)
  const answer = send(`${server.url}/`, { method: 'GET', headers: {}, signal: new AbortController().signal })
  expect(String(await (await answer).bytes())).toBe('{}')
  await close()
})
