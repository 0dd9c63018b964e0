import { createPublicKey, verify, type JsonWebKey } from 'node:crypto'
import { expect, test } from 'vitest'
import { startAuthMock, type AuthMock } from '../../src/index.ts'

type Jwk = JsonWebKey & { readonly kid: string }

async function keysOf(mock: AuthMock): Promise<readonly Jwk[]> {
  const response = await fetch(`${mock.url}/auth/v1/certs`)
  expect(response.status).toBe(200)
  return ((await response.json()) as { keys: Jwk[] }).keys
}

/** The key of the set that verifies a token. */
function verifyingKey(token: string, keys: readonly Jwk[]): string | undefined {
  const at = token.lastIndexOf('.')
  const { kid } = JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()) as Jwk
  const jwk = keys.find((key) => key.kid === kid)
  if (!jwk) return undefined
  const key = createPublicKey({ key: jwk, format: 'jwk' })
  const signature = Buffer.from(token.slice(at + 1), 'base64url')
  return verify('RSA-SHA256', Buffer.from(token.slice(0, at)), key, signature) ? kid : undefined
}

test('getCerts: the JWK set verifies what the mock signs, and holds no private part', async () => {
  await using mock = await startAuthMock()
  const [key, ...rest] = await keysOf(mock)
  expect(rest).toEqual([])
  expect(Object.keys(key ?? {}).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use'])
  expect(key).toMatchObject({ kty: 'RSA', alg: 'RS256', use: 'sig' })
  expect(verifyingKey(mock.issueToken(), await keysOf(mock))).toBe(key?.kid)
  expect(verifyingKey(mock.issueToken({ signed: false }), await keysOf(mock))).toBeUndefined()
})

test('rotateKeys: new tokens have a new key, and the old key still verifies the old ones', async () => {
  await using mock = await startAuthMock()
  const before = mock.issueToken()
  mock.rotateKeys()
  const after = mock.issueToken()
  const keys = await keysOf(mock)
  expect(keys).toHaveLength(2)
  expect(verifyingKey(after, keys)).toBe(keys[0]?.kid)
  expect(verifyingKey(before, keys)).toBe(keys[1]?.kid)
  expect(mock.tokens().map(({ state }) => state)).toEqual(['active', 'active'])
})

test('rotateKeys: a key that is dropped verifies nothing any more, until the mock is reset', async () => {
  await using mock = await startAuthMock()
  const before = mock.issueToken()
  mock.rotateKeys({ dropOld: true })
  expect(verifyingKey(before, await keysOf(mock))).toBeUndefined()
  mock.reset()
  expect(verifyingKey(before, await keysOf(mock))).toBeDefined()
})

test('rotateKeys: works from another process, and for one mock alone', async () => {
  await using mock = await startAuthMock()
  await using other = await startAuthMock()
  const [first] = await keysOf(mock)
  const response = await fetch(`${mock.url}/__mock/rotate-keys`, { method: 'POST', body: '{"dropOld":true}' })
  expect(response.status).toBe(200)
  expect((await keysOf(mock))[0]?.kid).not.toBe(first?.kid)
  expect(await keysOf(other)).toEqual([first])
})

test('getCerts: fails as told', async () => {
  await using mock = await startAuthMock()
  mock.fail({ operation: 'getCerts', status: 503 })
  expect((await fetch(`${mock.url}/auth/v1/certs`)).status).toBe(503)
})
