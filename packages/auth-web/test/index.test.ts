import * as core from '@tokenward/auth-core'
import { expect, test } from 'vitest'
import * as web from '../src/index.ts'
import * as miniProgram from '../src/miniprogram.ts'

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

test('exports: the entry for mini-programs has its own sessions, and else the same', () => {
  const names = Object.keys(web).map((name) => name.replace('webStorageSession', 'wxStorageSession'))
  expect(new Set(Object.keys(miniProgram))).toEqual(new Set(names))
})

test('exports: every error that a page can meet is the one of core, so that instanceof holds', () => {
  // A verifier, which only servers have, gives it to the signals of open connections.
  const { AuthTokenEndedError: _ended, ...met } = core
  const errors = Object.entries(met).filter(([name]) => /^Auth.*Error$|^isAuthError$/.test(name))
  expect(errors).toHaveLength(7)
  expect(web).toMatchObject(Object.fromEntries(errors))
})
