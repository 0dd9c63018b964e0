import { describe, expect, test } from 'vitest'
import { clientOver, fakeService, json, mintToken } from '../fake-service.ts'

describe('a body that speaks of an error is never active', () => {
  test.each([
    { sub: 'u', error: 'x', error_code: 5 },
    { sub: 'u', error_code: 0 },
    { sub: 'u', error: '' },
    { sub: 'u', error: null },
    { sub: 'u', error_description: 'x' },
    { sub: 'u', code: 'SIGN_PARAM_INVALID', message: '' },
  ])('verifyToken: %j throws', async (body) => {
    const result = clientOver(fakeService(json(body))).verifyToken(mintToken())
    await expect(result).rejects.toMatchObject({ code: 'api', operation: 'verifyToken', status: 200 })
  })
})

describe('odd shapes', () => {
  test.each([
    ['a subject of blanks', { sub: ' \t' }],
    ['a subject of a zero-width space', { sub: '\u200B' }],
    ['a subject of a zero', { sub: '\0' }],
    ['a subject of what fills a place', { sub: '\u3164\u00AD\u180E\uFE0F' }],
    ['a subject of marks that cannot be seen', { sub: '\uFEFF\u2060\u200E\u202E\u2066' }],
    ['a token type that is not Bearer', { sub: 'u', token_type: 'MAC' }],
    ['an empty token type', { sub: 'u', token_type: '' }],
  ])('verifyToken: %s throws', async (_name, body) => {
    const result = clientOver(fakeService(json(body))).verifyToken(mintToken())
    await expect(result).rejects.toMatchObject({ code: 'response', reason: 'unexpected' })
  })

  test.each(['42', '微信', '👩\u200D💻', '\u200B7', '-', 'क्'])(
    'verifyToken: the subject %j can be seen, and is handed on as it is',
    async (sub) => {
      const result = clientOver(fakeService(json({ sub }))).verifyToken(mintToken())
      await expect(result).resolves.toEqual({ active: true, sub })
    },
  )

  test.each(['Bearer', 'bearer', 'BEARER'])(
    'verifyToken: the token type %s is active',
    async (token_type) => {
      const result = clientOver(fakeService(json({ sub: 'u', token_type }))).verifyToken(mintToken())
      await expect(result).resolves.toEqual({ active: true, sub: 'u', token_type })
    },
  )
})

describe('what an error tells of the answer', () => {
  test.each([
    [
      { error: 'internal', error_code: 13, error_description: 'no luck' },
      { error: 'internal', errorCode: 13, description: 'no luck' },
    ],
    [
      { code: 'BUSY', message: 'come back', requestId: 'r-1' },
      { error: 'BUSY', description: 'come back', requestId: 'r-1' },
    ],
    [
      { error: 'a', code: 'b', error_description: 'c', message: 'd' },
      { error: 'a', description: 'c' },
    ],
    [{ error: 1, error_code: '13', error_description: {} }, {}],
  ])('verifyToken: of %j it takes %j', async (body, told) => {
    const error: unknown = await clientOver(fakeService(json(body, 500)))
      .verifyToken(mintToken())
      .catch((reason: unknown) => reason)
    const { name, operation, status, code, ...rest } = Object.fromEntries(
      Object.entries(error as object),
    ) as Record<string, unknown>
    expect([name, operation, status, code]).toEqual([undefined, 'verifyToken', 500, 'api'])
    expect(rest).toEqual(told)
  })
})

test.each([{ code: 0 }, { code: '', message: 'ok' }, { error: null }, { error_code: 0 }])(
  'revokeToken: %j says that there was no error',
  async (body) => {
    const result = clientOver(fakeService(json(body))).revokeToken(mintToken())
    await expect(result).resolves.toEqual({ outcome: 'revoked' })
  },
)

test('revokeToken: an error number with 200 is an error', async () => {
  const result = clientOver(fakeService(json({ error_code: 13 }))).revokeToken(mintToken())
  await expect(result).rejects.toMatchObject({ code: 'api', errorCode: 13 })
})

test('verifyToken: a service that says active: true is believed like one that does not say it', async () => {
  const service = fakeService(json({ sub: '1', active: true }))
  await expect(clientOver(service).verifyToken(mintToken())).resolves.toMatchObject({
    active: true,
    sub: '1',
  })
})
