import { expect, test } from 'vitest'
import { createFakeService, type FakeService, holder } from '../src/fake-service.ts'
import { outage } from '../src/scripted-fetch.ts'

const send = (service: FakeService, path: string, token: string): Promise<Response> =>
  service.fetch(`https://my-env.example/auth/v1/${path}`, {
    method: 'GET',
    headers: { authorization: `Bearer ${token}` },
    body: null,
    signal: new AbortController().signal,
    redirect: 'manual',
  })
const verify = async (service: FakeService, token: string): Promise<unknown> =>
  (await send(service, 'token/introspect', token)).json()

test('createFakeService: a token is alive until it is revoked', async () => {
  const service = createFakeService()
  expect(await verify(service, 'a')).toEqual(holder)
  expect(await (await send(service, 'revoke', 'a')).json()).toEqual({})
  expect(await verify(service, 'a')).toEqual({})
  expect(service.requests.map(({ operation }) => operation)).toEqual([
    'verifyToken',
    'revokeToken',
    'verifyToken',
  ])
})

test('createFakeService: a revocation that is answered instead does not happen', async () => {
  const service = createFakeService()
  service.answerInstead = outage
  expect((await send(service, 'revoke', 'a')).status).toBe(503)
  expect(service.isAlive('a')).toBe(true)
})

test('createFakeService: a held answer is decided before it leaves', async () => {
  const service = createFakeService()
  const held: (() => void)[] = []
  service.held = held
  const answer = verify(service, 'a')
  await expect.poll(() => held).toHaveLength(1)
  service.dead.add('a')
  held[0]?.()
  expect(await answer).toEqual(holder)
})

test('createFakeService: while it is down, a request gets 503 at once and does not happen', async () => {
  const service = createFakeService((token) => ({ sub: `user of ${token}` }))
  service.held = []
  service.isDown = true
  const { status, headers } = await send(service, 'revoke', 'a')
  expect([status, headers.get('x-request-id')]).toEqual([503, 'request-1'])
  service.isDown = false
  service.held = undefined
  expect(await verify(service, 'a')).toEqual({ sub: 'user of a' })
})
