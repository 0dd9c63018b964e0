import { expect, test } from 'vitest'
import type { Context } from 'koa'
import { createTokenVerifier } from '../src/index.ts'
import { identityOf, requireToken } from '../src/koa.ts'
import { fakeService, mint } from './fake-service.ts'

test('identityOf: a Koa context without a guard is an error, one behind a guard has the identity', () => {
  const missing = expect.objectContaining({ code: 'configuration', argument: 'context' })
  expect(() => identityOf({ state: {} })).toThrow(missing)
  const identity = { active: true, sub: '42' } as const
  expect(identityOf({ state: { identity } })).toBe(identity)
})

test('requireToken: a context that an adapter has built without a request of Node is decided by its headers', async () => {
  const guard = requireToken(createTokenVerifier(fakeService().auth))
  const enter = async (headers: object): Promise<object> => {
    const context = { headers, originalUrl: '/me', state: {}, set: () => undefined }
    await guard(context as unknown as Context, async () => undefined)
    return context
  }
  expect(await enter({ authorization: `Bearer ${mint()}` })).toMatchObject({
    state: { identity: { sub: '42' } },
  })
  expect(await enter({})).toMatchObject({ status: 401 })
})
