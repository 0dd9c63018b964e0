// Generated from spec/auth.openapi.yaml by `pnpm generate`; do not edit.

import type { operations } from './operations.ts'
import type { components } from './schema.ts'

type Schemas = components['schemas']
type Check = (value: unknown) => boolean

const object = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const has = (value: Readonly<Record<string, unknown>>, key: string, check: Check, otherwise = false): boolean =>
  Object.prototype.hasOwnProperty.call(value, key) ? check(value[key]) : otherwise

const string: Check = (value) => typeof value === 'string'

export const isApiErrorBody = (value: unknown): value is Schemas['ApiErrorBody'] =>
  (isErrorBody(value) || isGatewayErrorBody(value))

export const isErrorBody = (value: unknown): value is Schemas['ErrorBody'] =>
  object(value) &&
  has(value, 'error', string) &&
  has(value, 'error_code', (value) => Number.isInteger(value) && ((value as number) | 0) === value, true) &&
  has(value, 'error_description', string, true) &&
  has(value, 'code', string, true) &&
  has(value, 'details', (value) => Array.isArray(value) && value.every((value: unknown) => object(value)), true)

export const isGatewayErrorBody = (value: unknown): value is Schemas['GatewayErrorBody'] =>
  object(value) &&
  has(value, 'code', string) &&
  has(value, 'message', string, true) &&
  has(value, 'requestId', string, true)

export const isInactiveToken = (value: unknown): value is Schemas['InactiveToken'] =>
  object(value) && Object.keys(value).length <= 0

export const isKeySet = (value: unknown): value is Schemas['KeySet'] =>
  object(value) &&
  has(value, 'keys', (value) => Array.isArray(value) && value.every((value: unknown) => object(value) &&
  has(value, 'kty', string) &&
  has(value, 'kid', string, true) &&
  has(value, 'alg', string, true) &&
  has(value, 'use', string, true) &&
  has(value, 'n', string, true) &&
  has(value, 'e', string, true)))

export const isRejectedTokenError = (value: unknown): value is Schemas['RejectedTokenError'] =>
  object(value) && (has(value, 'error_code', (value) => value === 9) || has(value, 'error', (value) => typeof value === 'string' && /^invalid_([a-z]+_)*token$/u.test(value)))

export const isTokenInfo = (value: unknown): value is Schemas['TokenInfo'] =>
  object(value) &&
  has(value, 'sub', (value) => typeof value === 'string' && value !== '' && /[^\s\u0000-\u001F\u007F-\u009F\u00AD\u115F\u1160\u180B-\u180F\u200B-\u200F\u2028-\u202E\u2060-\u2069\u2800\u3164\uFE00-\uFE0F\uFFA0]/u.test(value)) &&
  has(value, 'token_type', (value) => typeof value === 'string' && /^[Bb][Ee][Aa][Rr][Ee][Rr]$/u.test(value), true) &&
  has(value, 'client_id', string, true) &&
  has(value, 'scope', string, true)

export const isUnauthenticatedTokenError = (value: unknown): value is Schemas['UnauthenticatedTokenError'] =>
  object(value) && (has(value, 'error_code', (value) => value === 16) || has(value, 'code', (value) => (['ACCESS_TOKEN_INVALID', 'ACCESS_TOKEN_EXPIRED', 'ACCESS_TOKEN_KID_INVALID', 'INVALID_ACCESS_TOKEN'] as unknown[]).includes(value)))

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
