// What reads a body is made for the first answer of a process, and kept: a file of its own, and one test.
import { expect, test } from 'vitest'
import { clientOver, fakeService, mintToken } from '../fake-service.ts'

test('verifyToken: the first answer of a process is not believed either where one byte of it is no UTF-8', async () => {
  const bytes = Uint8Array.of(...new TextEncoder().encode('{"sub":"1'), 0xff, 0x22, 0x7d)
  const client = clientOver(fakeService(new Response(bytes)))
  await expect(client.verifyToken(mintToken())).rejects.toMatchObject({
    code: 'response',
    reason: 'not_json',
  })
})
