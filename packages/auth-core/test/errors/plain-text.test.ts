import { expect, test } from 'vitest'
import { describeValue, toPlainText } from '../../src/index.ts'

test.each([
  ['a line break', 'denied\r\n2026-01-01 user 1 let in', 'denied 2026-01-01 user 1 let in'],
  ['an escape sequence', 'a\u001B[2Jb', 'a [2Jb'],
  ['a sequence of C1', 'a\u009B31mb\u009D0;title\u009C', 'a 31mb 0;title'],
  ['NUL, bell and DEL', '\u0000a\u0007b\u007F', 'a b'],
  ['line and paragraph separators', 'a\u2028b\u2029c', 'a b c'],
  ['marks that turn the direction of writing', 'a\u202Eb\u2066c\u200Fd', 'a b c d'],
])('toPlainText: takes out %s', (_name, text, plain) => {
  expect(toPlainText(text)).toBe(plain)
})

test('toPlainText: takes out these characters, and no other', () => {
  const gone = Array.from({ length: 0x11_0000 }, (_, code) => code).filter(
    (code) => toPlainText(`a${String.fromCodePoint(code)}b`) === 'a b' && code !== 0x20,
  )
  const range = (from: number, to: number): number[] =>
    Array.from({ length: to - from + 1 }, (_, index) => from + index)
  expect(gone).toEqual([
    ...range(0x00, 0x1f),
    ...range(0x7f, 0x9f),
    0x61c,
    ...range(0x200e, 0x200f),
    ...range(0x2028, 0x202e),
    ...range(0x2066, 0x2069),
  ])
})

test('toPlainText: leaves text of any language as it is', () => {
  const text = '令牌无效 – jeton invalide – العربية 👩‍💻'
  expect(toPlainText(text)).toBe(text)
})

test.each([
  ['my_env', '"my_env"'],
  ['', '""'],
  [' my-env\n', '" my-env "'],
  ['a\u001B[31mb', '"a [31mb"'],
  ['x'.repeat(60), `"${'x'.repeat(60)}"`],
  ['x'.repeat(61), `"${'x'.repeat(60)}…"`],
  [1, '1'],
  [undefined, 'undefined'],
  [null, 'null'],
  [Symbol('x'), 'Symbol(x)'],
  [() => 1, 'a function'],
  [[1], 'an array'],
  [{ a: 1 }, 'an object'],
])('describeValue: shows %j as %s', (value, shown) => {
  expect(describeValue(value)).toBe(shown)
})
