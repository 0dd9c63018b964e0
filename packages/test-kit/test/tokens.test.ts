import { expect, test } from 'vitest'
import { forgeToken, mintToken } from '../src/tokens.ts'

const payloadOf = (token: string): unknown =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())

test('mintToken: the payload is the claims, and a user of its own where none is given', () => {
  expect(payloadOf(mintToken({ sub: '微信', exp: 7 }))).toEqual({ sub: '微信', exp: 7 })
  expect(payloadOf(mintToken())).not.toEqual(payloadOf(mintToken()))
})

test('mintToken: two tokens with the same claims are two strings', () => {
  expect(mintToken({ sub: '42' })).not.toBe(mintToken({ sub: '42' }))
})

test('forgeToken: keeps header and claims, and changes the signature', () => {
  const token = mintToken({ sub: '42' })
  const forged = forgeToken(token)
  expect(forged.split('.').slice(0, 2)).toEqual(token.split('.').slice(0, 2))
  expect(forged).not.toBe(token)
})
