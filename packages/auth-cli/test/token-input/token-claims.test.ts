import { mintToken } from '@tokenward/test-kit/tokens'
import { expect, test } from 'vitest'
import { isForeign, readClaims, readPayload, redactClaims } from '../../src/token-input/token-claims.ts'

test.each([
  ['names neither', { aud: 'shop', project_id: 'shop-env' }, ['my-env', 'my-app'], true],
  ['names the environment as its project', { aud: 'shop', project_id: 'my-env' }, ['my-env'], false],
  ['names the environment in other capitals', { aud: 'My-Env' }, ['my-env'], false],
  ['has the client id in a list of audiences', { aud: ['a', 'my-app'] }, ['my-env', 'my-app'], false],
  ['has a list of other audiences', { aud: ['a', 'b'] }, ['my-env'], true],
  ['names no audience', { sub: '42' }, ['my-env'], false],
  ['has claims that are no text', { aud: 5, project_id: null }, ['my-env'], false],
  ['meets a run that knows no identity', { aud: 'shop' }, [], false],
])('isForeign: a token that %s', (_, claims, identities, isOther) => {
  expect(isForeign(readPayload(mintToken(claims)), identities)).toBe(isOther)
})

test.each(['opaque', 'a.b.c', '..', '.eyJhIjoxfQ.', `${mintToken().split('.')[0]}.WzFd.c2ln`])(
  'readPayload: %s has no claims, and is never foreign',
  (token) => {
    expect(readClaims(token)?.payload).toBeUndefined()
    expect(isForeign(readPayload(token), ['my-env'])).toBe(false)
  },
)

test.each([
  ['1849755119840497664', '1849…'],
  ['12345', '1234…'],
  ['1234', '1234'],
  ['42', '42'],
])('redactClaims: the user id %s is shown as %s', (sub, shown) => {
  expect(redactClaims({ header: {}, payload: { sub } })).toEqual({ sub: shown })
})
