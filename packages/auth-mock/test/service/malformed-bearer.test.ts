import { expect, test } from 'vitest'
import { startAuthMock } from '../../src/index.ts'

const malformed = {
  error: 'failed_precondition',
  error_code: 9,
  error_description: 'the token is malformed',
}

test.each([
  ['verifyToken', 'GET', 'token/introspect'],
  ['revokeToken', 'POST', 'revoke'],
  ['signOut', 'POST', 'user/signout'],
  ['getUser', 'GET', 'user/me'],
])('%s: Bearer with text that is no bearer token is an error', async (_operation, method, path) => {
  await using mock = await startAuthMock()
  const token = mock.issueToken()
  for (const authorization of ['Bearer a b', `Bearer ${token} x`, `Bearer ${token},${token}`, 'Bearer "x"']) {
    const response = await fetch(`${mock.url}/auth/v1/${path}`, { method, headers: { authorization } })
    expect([response.status, await response.json()]).toEqual([400, malformed])
  }
  expect(mock.tokens()[0]?.state).toBe('active')
})

test('revokeToken: a body that names no bearer token is an error, and ends nothing', async () => {
  await using mock = await startAuthMock()
  const token = mock.issueToken()
  const headers = { authorization: `Bearer ${token}` }
  const body = JSON.stringify({ token: 'a b' })
  const response = await fetch(`${mock.url}/auth/v1/revoke`, { method: 'POST', headers, body })
  expect([response.status, await response.json()]).toEqual([400, malformed])
  expect(mock.tokens()[0]?.state).toBe('active')
})
