import { expect, expectTypeOf, test } from 'vitest'
import * as core from '@tokenward/auth-core'
import * as node from '../src/index.ts'

test('the package exports what core does, the verifier, and no more', () => {
  expect(Object.keys(node).sort()).toEqual([
    'AuthApiError',
    'AuthConfigurationError',
    'AuthNetworkError',
    'AuthResponseError',
    'AuthTimeoutError',
    'AuthTokenStillActiveError',
    'createAuthClient',
    'createTokenVerifier',
    'isAuthError',
    'isBearerToken',
    'operations',
    'readTokenExpiry',
  ])
})

test('errors are those of core, so that instanceof holds', () => {
  expect(node.AuthApiError).toBe(core.AuthApiError)
  expect(node.isAuthError).toBe(core.isAuthError)
})

test('types: createAuthClient needs no options and returns the client of core', () => {
  expectTypeOf(node.createAuthClient).toBeCallableWith()
  expectTypeOf(node.createAuthClient).returns.toEqualTypeOf<core.AuthClient>()
  expectTypeOf(node.createAuthClient).returns.not.toBeAny()
})
