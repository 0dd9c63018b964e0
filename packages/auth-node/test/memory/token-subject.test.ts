import { mintToken } from '@tokenward/test-kit/tokens'
import { expect, test } from 'vitest'
import { subjectOf } from '../../src/memory/token-subject.ts'

/** A token whose payload is this text of ASCII. */
const tokenWith = (payload: string): string => `e30.${btoa(payload).replaceAll('=', '')}.c2ln`

test.each([
  ['in ASCII', mintToken({ sub: '42' }), '42'],
  ['in UTF-8, as the service writes it', mintToken({ sub: '张伟' }), '张伟'],
  ['as an escape of one byte', tokenWith('{"sub":"Ren\\u00e9"}'), 'René'],
  ['as escapes of more', tokenWith('{"sub":"\\u5f20\\u4f1f"}'), '张伟'],
  ['nowhere', mintToken({ sub: undefined }), undefined],
  ['in no JSON Web Token', 'opaque', undefined],
])('subjectOf: the user of a token is read where it stands %s', (_where, token, user) => {
  expect(subjectOf(token)).toBe(user)
})
