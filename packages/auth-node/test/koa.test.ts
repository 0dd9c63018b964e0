import { expect, test } from 'vitest'
import { identityOf } from '../src/koa.ts'

test('identityOf: a Koa context without a guard is an error, one behind a guard has the identity', () => {
  const missing = expect.objectContaining({ code: 'configuration', argument: 'context' })
  expect(() => identityOf({ state: {} })).toThrow(missing)
  const identity = { active: true, sub: '42' } as const
  expect(identityOf({ state: { identity } })).toBe(identity)
})
