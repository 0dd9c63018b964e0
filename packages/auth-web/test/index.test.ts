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
      'isBearerToken',
      'memorySession',
      'operations',
      'readTokenExpiry',
      'readTokenSubject',
      'webStorageSession',
    ]),
  )
})

test('exports: everything of core is here and is the same thing, so that instanceof holds', () => {
  // Listening to revocations is for caches, which a page has none of.
  const { createAuthClient: _own, onTokenRevoked: _left, ...rest } = core
  expect(web).toMatchObject(rest)
})
