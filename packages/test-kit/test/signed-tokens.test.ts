import { verify } from 'node:crypto'
import { expect, test } from 'vitest'
import { createTokenSigner } from '../src/signed-tokens.ts'

test('createTokenSigner: its public key verifies what it signs', () => {
  const signer = createTokenSigner()
  const token = signer.sign({ sub: '42' })
  const at = token.lastIndexOf('.')
  const signature = Buffer.from(token.slice(at + 1), 'base64url')
  expect(verify('RSA-SHA256', Buffer.from(token.slice(0, at)), signer.publicKey, signature)).toBe(true)
})
