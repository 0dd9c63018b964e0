import fastify from 'fastify'
import { expect, test } from 'vitest'
import { identityOf, identityPlugin, requireToken } from '../src/fastify.ts'
import { createTokenVerifier } from '../src/index.ts'
import { fakeService, mint } from './fake-service.ts'

test('identityPlugin: a Fastify of another major version refuses it, and says which one fits', async () => {
  const app = fastify()
  Object.defineProperty(app, 'version', { value: '4.29.0' })
  await expect(app.register(identityPlugin)).rejects.toThrow(
    "fastify-plugin: @tokenward/auth-node - expected '5.x' fastify version, '4.29.0' is installed",
  )
})

test('identityOf: types the identity behind a guard, and is an error where no guard ran', async () => {
  const app = fastify()
  await app.register(identityPlugin)
  const guard = requireToken(createTokenVerifier(fakeService().auth))
  app.get('/me', { onRequest: guard }, async (request) => identityOf(request).sub)
  app.get('/open', async (request) => identityOf(request).sub)
  const headers = { authorization: `Bearer ${mint()}` }
  const statusOf = async (url: string): Promise<number> => (await app.inject({ url, headers })).statusCode
  expect([await statusOf('/me'), await statusOf('/open')]).toEqual([200, 500])
})
