import { Hono } from 'hono'
import { expect, test } from 'vitest'
import { requireToken } from '../src/hono.ts'
import { createTokenVerifier } from '../src/index.ts'
import { fakeService } from './fake-service.ts'

test.each([false, true])(
  'Hono: a refusal keeps the headers set before (response begun: %s)',
  async (isBegun) => {
    const app = new Hono()
    app.use(async (context, next) => {
      context.header('x-request-id', '7')
      context.header('cache-control', 'public')
      if (isBegun) context.res.headers.set('access-control-allow-origin', '*')
      await next()
    })
    app.get('/me', requireToken(createTokenVerifier(fakeService().auth)), (context) => context.text('ok'))
    const { status, headers } = await app.request('/me')
    expect(status).toBe(401)
    expect(Object.fromEntries(headers)).toEqual({
      'x-request-id': '7',
      ...(isBegun && { 'access-control-allow-origin': '*' }),
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'www-authenticate': 'Bearer realm="api"',
    })
  },
)
