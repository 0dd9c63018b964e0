import { inspect } from 'node:util'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeUtf8 } from '../../src/mini-program/decode-utf8.ts'
import * as standIns from '../../src/mini-program/globals.ts'

const strict = new TextDecoder('utf-8', { fatal: true })

/** What a decoder makes of bytes; `undefined` where it refuses them. */
function outcome(decode: () => string): string | undefined {
  try {
    return decode()
  } catch (error) {
    if (error instanceof TypeError) return undefined
    throw error
  }
}

test('decodeUtf8: any text comes back', () => {
  // All but the surrogates. The library's own texts of that kind need a second to begin, and many on a busy machine.
  const code = fc.oneof(fc.nat(0xd7ff), fc.integer({ min: 0xe000, max: 0x10ffff }))
  const text = fc.array(code).map((codes) => String.fromCodePoint(...codes))
  const check = fc.property(text, (given) => {
    expect(decodeUtf8(new TextEncoder().encode(given))).toBe(given.replace(/^\uFEFF/, ''))
  })
  fc.assert(check)
})

test('decodeUtf8: takes and refuses what a strict decoder of the platform does', () => {
  // Bytes at the edges of what is allowed, so that many of them are nearly right.
  const edges = fc.constantFrom(0x7f, 0x80, 0xbf, 0xc0, 0xc2, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xf5, 0xff)
  const bytes = fc.array(fc.oneof(edges, fc.nat(255)), { maxLength: 6 })
  const check = fc.property(bytes, (given) => {
    const array = Uint8Array.from(given)
    expect(outcome(() => decodeUtf8(array))).toBe(outcome(() => strict.decode(array)))
  })
  fc.assert(check, { numRuns: 5_000 })
})

test.each([
  ['a surrogate', [0xed, 0xa0, 0x80]],
  ['more bytes than needed', [0xc0, 0xaf]],
  ['beyond the last character', [0xf4, 0x90, 0x80, 0x80]],
  ['an end in the middle', [0xe5, 0xbe]],
  ['a continuation alone', [0x80]],
])('decodeUtf8: refuses %s', (_name, bytes) => {
  expect(() => decodeUtf8(Uint8Array.from(bytes))).toThrow(TypeError)
})

test('atob: decodes as the platform does', () => {
  const bytes = fc.uint8Array().map((given) => String.fromCharCode(...given))
  const check = fc.property(bytes, (given) => {
    expect(standIns.atob(btoa(given))).toBe(given)
  })
  fc.assert(check)
  expect(() => standIns.atob('*')).toThrow(TypeError)
})

test('Headers: names are read without regard to case, and a value that is added follows the first', () => {
  const headers = new standIns.Headers({ 'X-One': 1 })
  headers.append('x-one', 2)
  expect([...headers]).toEqual([['x-one', '1, 2']])
  expect([...new standIns.Headers(headers)]).toEqual([...headers])
  const seen: string[] = []
  headers.forEach((value, name) => seen.push(name, value))
  expect(seen).toEqual(['x-one', '1, 2'])
  headers.delete('X-ONE')
  expect(headers.has('x-one')).toBe(false)
  expect(headers.get('x-one')).toBeNull()
})

test('invariant 2: a log of a request shows neither its headers nor its body', () => {
  const request = new standIns.Request('https://a.example/', {
    headers: { authorization: 'Bearer secret-1' },
    body: 'secret-2',
  })
  expect(`${inspect(request, { depth: 9, showHidden: true })} ${JSON.stringify(request)}`).not.toContain(
    'secret',
  )
})

test('Request: holds what openapi-fetch gives it', async () => {
  const request = new standIns.Request('https://a.example/', {
    method: 'POST',
    headers: { A: 'b' },
    body: '{}',
  })
  expect(request).toMatchObject({ url: 'https://a.example/', method: 'POST', keepalive: false })
  expect(request.headers.get('a')).toBe('b')
  await expect(request.text()).resolves.toBe('{}')
})
