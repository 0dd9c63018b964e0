import * as crypto from 'node:crypto'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createTokenKey, type TokenKey } from '../../src/memory/token-key.ts'

/** The function of a runtime that has these of Node's modules. */
function createIn(builtins: object | undefined): TokenKey {
  const find = vi.spyOn(process, 'getBuiltinModule').mockReturnValue(builtins)
  onTestFinished(() => find.mockRestore())
  return createTokenKey()
}

test.each([
  ['of Node', crypto],
  ['of Node before 20.12, without a one-shot hash', { createHash: crypto.createHash }],
  ['without modules of Node', undefined],
])(
  'a key is the SHA-256 of the token, one character for each byte, in a runtime %s',
  async (_which, builtins) => {
    const key = await createIn(builtins)('opaque')
    expect(btoa(key)).toBe(crypto.createHash('sha256').update('opaque').digest('base64'))
  },
)

test('Node makes keys at once, so that memory answers without a promise', () => {
  expect(createTokenKey()('opaque')).toBeTypeOf('string')
  expect(createIn({ createHash: crypto.createHash })('opaque')).toBeTypeOf('string')
})
