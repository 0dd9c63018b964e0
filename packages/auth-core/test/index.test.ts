import { expect, expectTypeOf, test } from 'vitest'
import * as core from '../src/index.ts'
import type {
  ActiveToken,
  AuthClient,
  AuthError,
  InactiveToken,
  RevokeTokenResult,
  VerifyTokenResult,
} from '../src/index.ts'

test('the package exports this and no more', () => {
  expect(Object.keys(core).sort()).toEqual([
    'AuthApiError',
    'AuthConfigurationError',
    'AuthNetworkError',
    'AuthResponseError',
    'AuthTimeoutError',
    'AuthTokenEndedError',
    'AuthTokenStillActiveError',
    'assertArgument',
    'assertRange',
    'authClientOptionNames',
    'createAuthClient',
    'describeValue',
    'forgetRevocation',
    'isAuthError',
    'isBearerToken',
    'keyIdentities',
    'onAbort',
    'onTokenRevoked',
    'operations',
    'orUndefined',
    'readOptions',
    'readTokenExpiry',
    'readTokenIssuedAt',
    'readTokenSubject',
    'toPlainText',
    'vouchesForToken',
    'wasTokenRevoked',
  ])
})

test('types: active narrows the result', () => {
  expectTypeOf<AuthClient['verifyToken']>().returns.resolves.toEqualTypeOf<VerifyTokenResult>()
  expectTypeOf<Extract<VerifyTokenResult, { active: true }>>().toEqualTypeOf<ActiveToken>()
  expectTypeOf<Extract<VerifyTokenResult, { active: false }>>().toEqualTypeOf<InactiveToken>()
  expectTypeOf<ActiveToken['sub']>().toEqualTypeOf<string>()
  expectTypeOf<ActiveToken['scope']>().toEqualTypeOf<string | undefined>()
  expectTypeOf<InactiveToken['reason']>().toEqualTypeOf<'malformed' | 'expired' | 'rejected'>()
  // @ts-expect-error a dead token has no subject
  expectTypeOf<InactiveToken['sub']>().toBeNever()
})

test('types: outcome tells what a revocation came to', () => {
  expectTypeOf<AuthClient['revokeToken']>().returns.resolves.toEqualTypeOf<RevokeTokenResult>()
  expectTypeOf<RevokeTokenResult['outcome']>().toEqualTypeOf<'revoked' | 'already_inactive'>()
})

test('types: code narrows an error', () => {
  expectTypeOf<Extract<AuthError, { code: 'api' }>>().toEqualTypeOf<core.AuthApiError>()
  expectTypeOf<AuthError['code']>().toEqualTypeOf<
    'api' | 'configuration' | 'network' | 'response' | 'timeout' | 'still_active' | 'token_ended'
  >()
})

test('types: nothing is any', () => {
  expectTypeOf<VerifyTokenResult>().not.toBeAny()
  expectTypeOf<ActiveToken>().not.toBeAny()
  expectTypeOf<AuthError>().not.toBeAny()
  expectTypeOf<Parameters<AuthClient['verifyToken']>>().not.toBeAny()
})
