import { createServer } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { startPrism, type PrismOptions } from '../../test-bed/prism.ts'

const introspect = '/auth/v1/token/introspect'
const authorization = 'Bearer made-up-token'

async function prismUrl(options?: PrismOptions): Promise<string> {
  const prism = await startPrism(options)
  onTestFinished(() => prism.close())
  return prism.url
}

/** Starts Prism in front of a server that gives one answer to everything. */
async function prismBefore(status: number, body: string): Promise<string> {
  const server = createServer((_, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(body)
  })
  onTestFinished(() => void server.close())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('the server has no address')
  return prismUrl({ upstream: `http://127.0.0.1:${address.port}` })
}

test('startPrism: Prefer chooses the answer', async () => {
  const prefer = 'code=401, example=unauthenticated'
  const response = await fetch((await prismUrl()) + introspect, { headers: { authorization, prefer } })
  expect(response.status).toBe(401)
  expect(await response.json()).toMatchObject({ error: 'unauthenticated', error_code: 16 })
})

test('startPrism: without a token the answer says that one is missing', async () => {
  const response = await fetch((await prismUrl()) + introspect)
  expect(response.status).toBe(401)
  expect(response.headers.get('sl-violations')).toContain('security')
  expect(await response.json()).toMatchObject({ code: 'MISSING_CREDENTIALS' })
})

test('startPrism: before a server, an answer that the spec allows passes unchanged', async () => {
  const response = await fetch((await prismBefore(401, '{"code":"MISSING_CREDENTIALS"}')) + introspect)
  expect(response.status).toBe(401)
  expect(await response.text()).toBe('{"code":"MISSING_CREDENTIALS"}')
})

test('startPrism: before a server, an answer that the spec does not allow becomes a 500', async () => {
  const response = await fetch((await prismBefore(200, '{"sub":""}')) + introspect)
  expect(response.status).toBe(500)
  expect(response.headers.get('sl-violations')).toContain('response')
})
