import * as core from '@tokenward/auth-core'
import { expect, test } from 'vitest'
import * as web from '../src/index.ts'

test('exports: the list is exactly this', () => {
  expect(new Set(Object.keys(web))).toEqual(
    new Set([
      'AuthApiError',
      'AuthConfigurationError',
      'AuthNetworkError',
      'AuthResponseError',
      'AuthTimeoutError',
      'AuthTokenStillActiveError',
      'cloudbaseSession',
      'createAuthClient',
      'isAuthError',
      'memorySession',
      'readTokenExpiry',
      'webStorageSession',
    ]),
  )
})

test('exports: every error of core is here and is the same thing, so that instanceof holds', () => {
  const errors = Object.entries(core).filter(([name]) => /^Auth.*Error$|^isAuthError$/.test(name))
  expect(errors).toHaveLength(7)
  expect(web).toMatchObject(Object.fromEntries(errors))
})
