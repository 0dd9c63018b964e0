import { startPrism } from '@tokenward/scripts/test-bed/prism'
import { specExamples } from '@tokenward/scripts/generate/spec-examples'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type AuthClient, createAuthClient, type Fetch, operations } from '../../src/index.ts'
import { mintToken } from '../fake-service.ts'

let prism: Awaited<ReturnType<typeof startPrism>>
beforeAll(async () => {
  prism = await startPrism()
})
afterAll(() => prism.close())

/** A client whose requests Prism checks against the spec, and answers with one example of it. */
function clientFor(prefer: string): AuthClient {
  const ask: Fetch = async (url, init) => {
    const response = await fetch(url, { ...init, headers: { ...init.headers, prefer } })
    expect(response.headers.get('sl-violations')).toBeNull()
    return response
  }
  return createAuthClient({
    baseUrl: prism.url,
    clientId: 'my-env',
    deviceId: 'made-up-device-id',
    maxRetries: 0,
    fetch: ask,
  })
}

/** What the answers that settle the matter mean; all others are errors. */
const settled: Record<string, unknown> = {
  'verifyToken 200 active': {
    active: true,
    token_type: 'Bearer',
    client_id: 'my-env',
    sub: '1849755119840497664',
    scope: 'user sso',
  },
  'verifyToken 200 inactive': { active: false, reason: 'rejected' },
  'revokeToken 200 revoked': { outcome: 'revoked' },
}
for (const dead of [
  '400 failedPrecondition',
  '400 invalidToken',
  '401 unauthenticated',
  '401 accessTokenInvalid',
  '401 accessTokenExpired',
  '401 accessTokenKidInvalid',
  '401 invalidAccessToken',
]) {
  settled[`verifyToken ${dead}`] = { active: false, reason: 'rejected' }
  settled[`revokeToken ${dead}`] = { outcome: 'already_inactive' }
}

// Other operations are called through the typed client, which judges nothing.
const isMethod = (operation: string): operation is 'revokeToken' | 'verifyToken' =>
  operation === 'revokeToken' || operation === 'verifyToken'
const examples = specExamples().flatMap(({ operation, ...example }) =>
  isMethod(operation)
    ? [{ ...example, operation, title: `${operation} ${example.status} ${example.name}` }]
    : [],
)

describe('invariant 8: the spec is the truth, in every example of it', () => {
  test.each(examples)('$title', async ({ title, operation, status, name, value }) => {
    // Any status that the spec does not list stands for `default`.
    const code = status === 'default' ? '402' : status
    const result = clientFor(`code=${code}, example=${name}`)[operation](mintToken())
    if (title in settled) return expect(await result).toEqual(settled[title])
    const { error, code: word } = value as { error?: string; code?: string }
    return expect(result).rejects.toMatchObject({
      name: 'AuthApiError',
      operation,
      status: Number(code),
      error: error ?? word,
    })
  })

  test('each answer that settles the matter is an example of the spec', () => {
    const titles = examples.map(({ title }) => title)
    expect(Object.keys(settled).filter((title) => !titles.includes(title))).toEqual([])
  })

  test('each operation of the spec on a token is a method of the client', () => {
    const methods = Object.keys(operations).filter(isMethod)
    expect(methods).toHaveLength(2)
    expect(Object.keys(clientFor('code=200'))).toEqual(expect.arrayContaining(methods))
  })

  test('getCerts 200 oneKey: the keys can be had through the typed client', async () => {
    const { data } = await clientFor('code=200, example=oneKey').api.GET('/auth/v1/certs')
    const example = specExamples().find(
      ({ operation, name }) => operation === 'getCerts' && name === 'oneKey',
    )
    expect(data).toEqual(example?.value)
  })
})
