import { expect, onTestFinished, test, vi } from 'vitest'
import { isBearerToken, readTokenExpiry, readTokenIssuedAt, readTokenSubject } from '../../src/index.ts'
import { assertBearerToken, findLocalObjection } from '../../src/verdict/token.ts'
import { mintToken } from '../fake-service.ts'

test.each(['a', 'A-._~+/9==', mintToken(), 'a'.repeat(8_192)])('isBearerToken: %j can be one', (value) => {
  expect(isBearerToken(value)).toBe(true)
})

test.each(['', '=a', 'a=b', 'a b', 'a\n', 'a,b', 'ä', 'a'.repeat(8_193), 1, null, ['a']])(
  'isBearerToken: %j cannot',
  (value) => {
    expect(isBearerToken(value)).toBe(false)
  },
)

test('isBearerToken: a megabyte is refused at once', () => {
  expect(isBearerToken(`${'='.repeat(1_000_000)}a`)).toBe(false)
})

test('readTokenExpiry: gives exp in milliseconds', () => {
  expect(readTokenExpiry(mintToken({ exp: 1_734_675_889 }))).toBe(1_734_675_889_000)
})

test('readTokenExpiry: reads a payload with any text in it', () => {
  expect(readTokenExpiry(mintToken({ name: '微信用户 ?>~ÿ', exp: 2 }))).toBe(2_000)
})

test.each([
  ['behind a nested one', { meta: { exp: 1 }, exp: 2 }, 2_000],
  ['behind a text that quotes one', { note: '"exp":1,', exp: 2 }, 2_000],
  ['before other claims', { exp: 2, scope: 'user' }, 2_000],
  ['with a fraction', { exp: 1.5 }, 1_500],
  ['before the epoch', { exp: -1 }, -1_000],
])('readTokenExpiry: finds exp %s', (_name, claims, expiry) => {
  expect(readTokenExpiry(mintToken(claims))).toBe(expiry)
})

test.each([
  ['an opaque token', 'abcdef'],
  ['two parts', 'a.b'],
  ['two parts, of which the second is one letter too long', `a.${btoa('{"exp":1}')}x`],
  ['a key that only ends like exp', mintToken({ '"exp': 1 })],
  ['a payload that is no base64', 'a.*.c'],
  ['a payload that is no JSON', `a.${btoa('{"exp":1')}.c`],
  ['a payload with a brace too many', `a.${btoa('{{"exp":1}')}.c`],
  ['a payload that is null', `a.${btoa('null')}.c`],
  ['no exp', mintToken()],
  ['exp as text', mintToken({ exp: '1' })],
  ['exp as a word', mintToken({ exp: true, sub: '1' })],
  ['exp in a nested object', mintToken({ meta: { exp: 1 } })],
])('readTokenExpiry: %s names no expiry', (_name, token) => {
  expect(readTokenExpiry(token)).toBeUndefined()
})

test('readTokenIssuedAt: gives iat in milliseconds, and nothing where the token does not say', () => {
  expect(readTokenIssuedAt(mintToken({ iat: 1_734_668_689 }))).toBe(1_734_668_689_000)
  expect(readTokenIssuedAt(mintToken({ iat: '1734668689' }))).toBeUndefined()
  expect(readTokenIssuedAt('opaque')).toBeUndefined()
})

test('readTokenSubject: gives sub', () => {
  expect(readTokenSubject(mintToken({ sub: '42' }))).toBe('42')
})

test('readTokenSubject: two tokens of one user agree beyond ASCII, too', () => {
  const [one, other] = [mintToken({ sub: '微信', exp: 1 }), mintToken({ sub: '微信', exp: 2 })]
  expect(readTokenSubject(one)).toBe(readTokenSubject(other))
  expect(readTokenSubject(one)).not.toBe(readTokenSubject(mintToken({ sub: '微博' })))
})

test.each([
  ['an opaque token', 'abcdef'],
  ['two parts', `a.${btoa('{"sub":"42"}')}`],
  ['an empty sub', mintToken({ sub: '' })],
  ['sub as a number', mintToken({ sub: 42 })],
])('readTokenSubject: %s names no user', (_name, token) => {
  expect(readTokenSubject(token)).toBeUndefined()
})

test.each<[token: unknown, message: string]>([
  ['', 'token is missing'],
  [undefined, 'token is missing'],
  [null, 'token is missing'],
  ['Bearer opaque', 'token must be a bearer token of at most 8,192 characters, without "Bearer" before it'],
  [42, 'token must be a string, not 42'],
])('assertBearerToken: %j is refused with the reason', (token, message) => {
  expect(() => assertBearerToken(token)).toThrow(message)
})

test('findLocalObjection: a token has expired from its own exp on', () => {
  vi.useFakeTimers({ toFake: ['Date'], now: 1_800_000_000_000 })
  onTestFinished(() => void vi.useRealTimers())
  expect(findLocalObjection(mintToken({ exp: 1_800_000_001 }), 0)).toBeUndefined()
  expect(findLocalObjection(mintToken({ exp: 1_800_000_000 }), 0)).toBe('expired')
  expect(findLocalObjection(mintToken({ exp: 1_800_000_000 }), 1)).toBeUndefined()
})
