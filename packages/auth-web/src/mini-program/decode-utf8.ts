/**
 * Decodes bytes as strict UTF-8: what a decoder that is not strict would replace by a mark is an error.
 *
 * @throws {TypeError} for what is no UTF-8
 * @see https://encoding.spec.whatwg.org/#utf-8-decoder
 */
export function decodeUtf8(bytes: Uint8Array): string {
  // A mark at the beginning that says "this is UTF-8" is no part of the text.
  const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
  let text = ''
  let index = hasMark ? 3 : 0
  while (index < bytes.length) {
    const first = bytes[index++] ?? 0
    const more = first < 0x80 ? 0 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3
    let point = more === 0 ? first : first & (0x3f >> more)
    for (let left = more; left > 0; left -= 1) {
      // NaN, where the text ends too early, is no continuation.
      const next = bytes[index++] ?? Number.NaN
      if (next >> 6 !== 2) throw new TypeError('no UTF-8')
      point = (point << 6) | (next & 0x3f)
    }
    const isShortest = point >= ([0, 0x80, 0x800, 0x10000][more] ?? 0)
    const isSurrogate = point >= 0xd800 && point < 0xe000
    const isFirst = first < 0x80 || (first >= 0xc2 && first < 0xf5)
    if (!isShortest || isSurrogate || !isFirst || point > 0x10ffff) throw new TypeError('no UTF-8')
    text += String.fromCodePoint(point)
  }
  return text
}
