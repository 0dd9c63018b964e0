import type { ActiveToken } from '@tokenward/auth-core'
import { expect, test } from 'vitest'
import { createAuthenticate, createTokenVerifier, type GuardOptions } from '../../src/index.ts'
import { fakeService, mint } from '../fake-service.ts'

/** The status with which a guard answers to an active token with these claims; 200 when it lets it in. */
async function statusFor(claims: Partial<ActiveToken>, options?: GuardOptions): Promise<number> {
  const { auth } = fakeService()
  const verifyToken: typeof auth.withResponse.verifyToken = async () => ({
    data: { active: true, sub: '42', client_id: 'shop', ...claims },
  })
  const verifier = createTokenVerifier({ ...auth, withResponse: { ...auth.withResponse, verifyToken } })
  const decide = createAuthenticate(verifier, options)
  const { refusal } = await decide({ authorization: `Bearer ${mint()}`, url: '/' }, undefined)
  return refusal?.status ?? 200
}

test.each([
  'anonymous',
  'user anonymous',
  'anonymous,user',
  'user;anonymous',
  'user|Anonymous',
  'user\tANONYMOUS',
  'user+anonymous',
  'user/anonymous',
  '["user","anonymous"]',
  'user%20anonymous',
])('an anonymous user is refused, also when the scopes are written %j', async (scope) => {
  expect(await statusFor({ scope })).toBe(403)
  expect(await statusFor({ scope }, { anonymous: 'allow' })).toBe(200)
})

test('a scope that only contains the word anonymous is not refused', async () => {
  expect(await statusFor({ scope: 'user de-anonymous anonymous:read' })).toBe(200)
})

test.each(['user,admin', 'user ADMIN', 'user|admin'])(
  'a required scope must stand in the token as it is required, unlike in %j',
  async (scope) => {
    expect(await statusFor({ scope }, { scopes: ['admin'] })).toBe(403)
    expect(await statusFor({ scope: 'user admin' }, { scopes: ['admin'] })).toBe(200)
  },
)

test.each<Partial<ActiveToken>>([
  { sub: 'anon' },
  { sub: 'service_role' },
  { sub: 'Service_Role' },
  { sub: ' service_role\n' },
  { scope: 'server' },
  { scope: 'user,Server' },
])("an API key with %j is not a user, unless identities is 'any'", async (claims) => {
  expect(await statusFor(claims)).toBe(403)
  expect(await statusFor(claims, { identities: 'any' })).toBe(200)
})
