import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import express5 from 'express'
import express4 from 'express4'
import { expect, onTestFinished, test } from 'vitest'
import { identityOf, requireToken } from '../src/express.ts'
import { createTokenVerifier } from '../src/index.ts'
import { fakeService, mint } from './fake-service.ts'

test.each([
  ['Express 5', express5],
  ['Express 4', express4],
])('%s: a request that the application has answered meanwhile is left alone', async (_name, express) => {
  const service = fakeService()
  service.held = []
  const verifier = createTokenVerifier(service.auth)
  const token = mint()
  service.dead.add(token)
  const errors: unknown[] = []
  const app = express()
  app.use((_request, response, next) => {
    next()
    response.status(504).end()
  })
  app.use(requireToken(verifier))
  app.use((error: unknown, _request: unknown, _response: unknown, _next: unknown) => errors.push(error))
  const server = createServer(app)
  onTestFinished(() => void server.close())
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } })
  expect(response.status).toBe(504)
  service.held.shift()?.()
  await verifier.verifyToken(token)
  await new Promise((resolve) => setImmediate(resolve))
  expect(errors).toEqual([])
})

test('identityOf: an Express handler without a guard is an error, one behind a guard gets the identity', () => {
  const missing = expect.objectContaining({ code: 'configuration', argument: 'request' })
  expect(() => identityOf({})).toThrow(missing)
  expect(() => identityOf({ identity: undefined })).toThrow(missing)
  const identity = { active: true, sub: '42' } as const
  expect(identityOf({ identity })).toBe(identity)
})
