import { describe, expect, test } from 'vitest'
import { clientOver, fakeService, json, mintToken } from '../fake-service.ts'

/** The description of the error after the service has answered with this text. */
async function describe503(text: string, token: string): Promise<string | undefined> {
  const service = fakeService(json({ error: 'unavailable', error_description: text }, 503))
  const error: unknown = await clientOver(service)
    .verifyToken(token)
    .catch((reason: unknown) => reason)
  expect(error).toMatchObject({ code: 'api' })
  return (error as { description?: string }).description
}

describe('a text of the service that quotes the token', () => {
  test.each<[string, (token: string) => string, string]>([
    ['whole', (t) => `bad ${t}!`, 'bad [token]!'],
    ['cut off, with a word behind it', (t) => `${t.slice(0, 200)}_truncated`, '[token]_truncated'],
    ['with a word before it', (t) => `jwt_${t.slice(30, 90)}`, 'jwt_[token]'],
    ['its end alone', (t) => `…${t.slice(-40)}.`, '…[token].'],
    ['wrapped into lines', (t) => `${t.slice(0, 64)}\n${t.slice(64, 128)}`, '[token] [token]'],
    ['twice', (t) => `${t} is not ${t}`, '[token] is not [token]'],
    ['its last eight characters', (t) => `…${t.slice(-8)}.`, '…[token].'],
    ['seven characters of it, which tell nothing', (t) => t.slice(-7), ''],
  ])('verifyToken: %s', async (_name, quote, expected) => {
    const token = mintToken()
    expect(await describe503(quote(token), token)).toBe(expected || token.slice(-7))
  })

  test.each([0, 1, 2, 3, 4, 5, 6, 7])(
    'verifyToken: eight characters of it that begin after %i others are hidden',
    async (before) => {
      const token = mintToken()
      const others = '!'.repeat(before)
      expect(await describe503(`${others}${token.slice(20, 28)}?`, token)).toBe(`${others}[token]?`)
    },
  )

  test('verifyToken: a short token is hidden, too', async () => {
    expect(await describe503('bad abc123, abc', 'abc123')).toBe('bad [token], abc')
  })
})

test('verifyToken: a text of the service cannot forge a line of a log or steer a terminal', async () => {
  const text = 'denied\r\n2026-01-01 let in\u001B[2J\u009B31m\u202Eback'
  expect(await describe503(text, mintToken())).toBe('denied 2026-01-01 let in [2J 31m back')
})

test('verifyToken: a text of the service is cut off after 300 characters', async () => {
  expect(await describe503('x'.repeat(301), mintToken())).toBe('x'.repeat(300))
})

test('verifyToken: what stands behind 2,000 characters of a text is not read', async () => {
  expect(await describe503(`${' '.repeat(1_999)}ab`, mintToken())).toBe('a')
})

test('verifyToken: text that shares no eight characters with the token stays as it is', async () => {
  const text = 'token check failed: 令牌无效, see https://example.com/help'
  expect(await describe503(text, mintToken())).toBe(text)
})

test('verifyToken: a hostile body of 60 kB, made of pieces of the token, is read in one pass', async () => {
  const token = mintToken({ filler: 'x'.repeat(5_000) })
  const piece = token.slice(10, 17)
  expect(await describe503(`${piece} `.repeat(7_500), token)).toHaveLength(300)
})
