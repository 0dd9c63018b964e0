import { existsSync } from 'node:fs'
import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import * as core from '../../src/index.ts'
import { type AuthError, isAuthError } from '../../src/index.ts'

const overload = {
  status: 503,
  error: 'unavailable',
  errorCode: 14,
  description: 'try later',
  requestId: 'r-1',
  retryAfterMs: 2_000,
}

const errors: [string, string, AuthError][] = [
  ['AuthApiError', 'api', new core.AuthApiError('verifyToken', overload)],
  ['AuthConfigurationError', 'configuration', new core.AuthConfigurationError('env', 'is required')],
  ['AuthNetworkError', 'network', new core.AuthNetworkError('revokeToken', 'ECONNREFUSED')],
  [
    'AuthResponseError',
    'response',
    new core.AuthResponseError('verifyToken', { status: 200, reason: 'not_json', requestId: 'r-2' }),
  ],
  ['AuthTimeoutError', 'timeout', new core.AuthTimeoutError('verifyToken', 50)],
  ['AuthTokenEndedError', 'token_ended', new core.AuthTokenEndedError('revoked')],
  ['AuthTokenStillActiveError', 'still_active', new core.AuthTokenStillActiveError()],
]

test.each(errors)('%s: name and code are literal', (name, code, error) => {
  expect({ name: error.name, code: error.code }).toEqual({ name, code })
  expect(inspect(error)).toMatch(new RegExp(`^${name}: `))
  expect(Object.prototype.toString.call(error)).toBe('[object Error]')
})

test.each(errors)('%s: help leads to a page of this repository, and is not printed', (_, code, error) => {
  const page = `packages/docs/pages/errors/${code}.md`
  expect(error.help).toBe(`https://github.com/tokenward/tokenward/blob/main/${page}`)
  expect(existsSync(new URL(`../../../../${page}`, import.meta.url))).toBe(true)
  expect(inspect(error)).not.toContain('https:')
  expect(JSON.stringify(error)).not.toContain('https:')
})

test('every error class of the package is listed here', () => {
  const classes = Object.keys(core).filter((name) => name.endsWith('Error') && name !== 'isAuthError')
  expect(classes.sort()).toEqual(errors.map(([name]) => name).sort())
})

test('messages say what was attempted and what came back', () => {
  expect(errors.map(([, , { message }]) => message)).toEqual([
    'verifyToken failed with status 503 (unavailable)',
    'env is required',
    'revokeToken failed to reach the service (ECONNREFUSED)',
    'verifyToken failed with status 200 (not_json)',
    'verifyToken timed out after 50 ms',
    'the token has ended (revoked)',
    'revokeAndVerifyToken failed: the token is still active',
  ])
})

test('fields tell a program what it decides by', () => {
  expect(errors.map(([, , error]) => Object.fromEntries(Object.entries(error)))).toEqual([
    { code: 'api', operation: 'verifyToken', ...overload },
    { code: 'configuration', argument: 'env' },
    { code: 'network', operation: 'revokeToken', reason: 'ECONNREFUSED' },
    { code: 'response', operation: 'verifyToken', status: 200, reason: 'not_json', requestId: 'r-2' },
    { code: 'timeout', operation: 'verifyToken', timeoutMs: 50 },
    { code: 'token_ended', operation: 'verifyToken', reason: 'revoked' },
    { code: 'still_active', operation: 'revokeAndVerifyToken' },
  ])
})

test('isAuthError: holds for each error, and for one of another copy of the package', async () => {
  const path: string = '../../src/errors/errors.ts?copy'
  const copy = (await import(path)) as typeof core
  const foreign = new copy.AuthTimeoutError('verifyToken', 1)
  expect(foreign).not.toBeInstanceOf(core.AuthTimeoutError)
  expect([...errors.map(([, , error]) => error), foreign].every((error) => isAuthError(error))).toBe(true)
})

test('isAuthError: holds for an error of another version, which has nothing in common but its mark', () => {
  expect(isAuthError({ [Symbol.for('tokenward.error')]: undefined })).toBe(true)
})

test.each([undefined, null, 'x', {}, new Error('x'), { code: 'api' }])(
  'isAuthError: %j is not one',
  (value) => {
    expect(isAuthError(value)).toBe(false)
  },
)
