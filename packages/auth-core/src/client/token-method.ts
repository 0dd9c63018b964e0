import { assertArgument } from '../errors/assert.ts'
import type { OperationName } from '../errors/base-error.ts'
import { type AuthError, isAuthError } from '../errors/errors.ts'
import { type OptionNames, readOptions } from '../errors/read-options.ts'
import { readRequestId } from '../verdict/request-id.ts'
import type { JudgedAnswer } from '../verdict/verdict.ts'
import type { RequestOptions, TokenMethod, WithResponse } from './auth-client.ts'

const requestOptionNames: OptionNames<RequestOptions> = {
  signal: true,
  timeoutMs: [1],
  keepalive: 'boolean',
}

/** A result, and the answer it was read from, if one was needed. */
export interface Judged<Result> {
  readonly data: Result
  readonly answer?: JudgedAnswer
}

/** A method that hands on the answer as well, and may throw or return at once. */
export type JudgedMethod<Result> = (
  token: string,
  options?: RequestOptions,
) => Judged<Result> | Promise<Judged<Result>>

/** @throws {AuthConfigurationError} when an option of one call cannot be used or does not exist */
export function readRequestOptions(
  operation: OperationName,
  options: RequestOptions | undefined,
): RequestOptions {
  const read = readOptions(operation, options, requestOptionNames)
  const { signal } = read
  const isSignal = signal === undefined || typeof signal?.addEventListener === 'function'
  assertArgument('signal', isSignal, 'must be an AbortSignal')
  return read
}

/** The error that reading an answer throws, if it does. */
export function errorOf(read: () => unknown): AuthError | undefined {
  try {
    read()
    return undefined
  } catch (error) {
    return isAuthError(error) ? error : undefined
  }
}

/** Makes the method that resolves to the result alone. */
export function dataOf<Result>(method: JudgedMethod<Result>): TokenMethod<Result> {
  return async (token, options) => (await method(token, options)).data
}

/** Makes the method that resolves to the result with what came over the wire. */
export function withResponse<Result>(method: JudgedMethod<Result>): TokenMethod<WithResponse<Result>> {
  return async (token, options) => {
    const { data, answer } = await method(token, options)
    if (!answer) return { data }
    const { status, headers } = answer
    return { data, response: { status, headers, requestId: readRequestId(answer, token) } }
  }
}
