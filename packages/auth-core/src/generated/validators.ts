// Generated from spec/auth.openapi.yaml by `pnpm generate`; do not edit.

import type { operations } from './operations.ts'
import type { components } from './schema.ts'

type Schemas = components['schemas']
type Check = (value: unknown) => boolean

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const has = (value: Readonly<Record<string, unknown>>, key: string, check: Check, otherwise = false): boolean =>
  Object.prototype.hasOwnProperty.call(value, key) ? check(value[key]) : otherwise

const isString: Check = (value) => typeof value === 'string'

export const isApiErrorBody = (value: unknown): value is Schemas['ApiErrorBody'] =>
  (isErrorBody(value) || isGatewayErrorBody(value))

export const isErrorBody = (value: unknown): value is Schemas['ErrorBody'] =>
  isObject(value) &&
  has(value, 'error', isString) &&
  has(value, 'error_code', (value) => Number.isInteger(value) && ((value as number) | 0) === value, true) &&
  has(value, 'error_description', isString, true) &&
  has(value, 'code', isString, true) &&
  has(value, 'details', (value) => Array.isArray(value) && value.every((value: unknown) => isObject(value)), true)

export const isGatewayErrorBody = (value: unknown): value is Schemas['GatewayErrorBody'] =>
  isObject(value) &&
  has(value, 'code', isString) &&
  has(value, 'message', isString, true) &&
  has(value, 'requestId', isString, true)

export const isInactiveToken = (value: unknown): value is Schemas['InactiveToken'] =>
  isObject(value) && Object.keys(value).length <= 0

export const isKeySet = (value: unknown): value is Schemas['KeySet'] =>
  isObject(value) &&
  has(value, 'keys', (value) => Array.isArray(value) && value.every((value: unknown) => isObject(value) &&
  has(value, 'kty', isString) &&
  has(value, 'kid', isString, true) &&
  has(value, 'alg', isString, true) &&
  has(value, 'use', isString, true) &&
  has(value, 'n', isString, true) &&
  has(value, 'e', isString, true)))

export const isRejectedTokenError = (value: unknown): value is Schemas['RejectedTokenError'] =>
  isObject(value) && (has(value, 'error_code', (value) => value === 9) || has(value, 'error', (value) => typeof value === 'string' && /^invalid_([a-z]+_)*token$/u.test(value)))

export const isTokenInfo = (value: unknown): value is Schemas['TokenInfo'] =>
  isObject(value) &&
  has(value, 'sub', (value) => typeof value === 'string' && value !== '' && /\S/u.test(value)) &&
  has(value, 'token_type', (value) => typeof value === 'string' && /^[Bb][Ee][Aa][Rr][Ee][Rr]$/u.test(value), true) &&
  has(value, 'client_id', isString, true) &&
  has(value, 'scope', isString, true)

export const isUnauthenticatedTokenError = (value: unknown): value is Schemas['UnauthenticatedTokenError'] =>
  isObject(value) && (has(value, 'error_code', (value) => value === 16) || has(value, 'code', (value) => (['ACCESS_TOKEN_INVALID', 'ACCESS_TOKEN_EXPIRED', 'ACCESS_TOKEN_KID_INVALID', 'INVALID_ACCESS_TOKEN'] as unknown[]).includes(value)))

/** Which answers say that the token is dead: by operation and status, with the guard that tells. */
export const inactiveAnswers: Readonly<Record<keyof typeof operations, Readonly<Record<number, Check>>>> = {
  getCerts: {
  },
  revokeToken: {
    400: isRejectedTokenError,
    401: isUnauthenticatedTokenError,
  },
  verifyToken: {
    200: isInactiveToken,
    400: isRejectedTokenError,
    401: isUnauthenticatedTokenError,
  },
}
