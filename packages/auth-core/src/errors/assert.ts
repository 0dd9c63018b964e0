import { AuthConfigurationError } from './errors.ts'
import { describeValue } from './plain-text.ts'

/** The longest time that a timer of the platforms can wait, in milliseconds: a longer one fires at once. */
const maxTimerMs = 2_147_483_647

/**
 * Throws where a rule does not hold. Its message is made in any case: where that takes time in each call, throw in an `if` instead.
 *
 * @throws {AuthConfigurationError} when the rule does not hold
 */
export function assertArgument(argument: string, holds: boolean, rule: string): asserts holds {
  if (!holds) throw new AuthConfigurationError(argument, rule)
}

/** What an option may hold: anything (`true`), a value of one type, or a number of a range. */
export type OptionKind = true | 'boolean' | 'function' | 'string' | readonly [least: number, most?: number]

/** @throws {AuthConfigurationError} when a value that is given is not of this kind; the message shows the value */
export function assertKind(argument: string, value: unknown, kind: OptionKind): void {
  if (value === undefined || kind === true) return
  if (typeof kind !== 'string') return assertRange(argument, value, ...kind)
  if (typeof value !== kind)
    throw new AuthConfigurationError(argument, `must be a ${kind}, not ${describeValue(value)}`)
}

/**
 * Checks that an option is a number of a range.
 *
 * @param argument the name of the option, for the error
 * @param value what was given
 * @param least the smallest number that is allowed; 0 by default
 * @param most the largest number that is allowed; by default the longest time of a timer, 2,147,483,647 ms
 * @throws {AuthConfigurationError} when the value is no number, NaN, or out of range; the message names the range and shows the value
 *
 * @example
 * ```ts
 * assertRange('maxEntries', maxEntries, 2, 10_000_000)
 * ```
 */
export function assertRange(
  argument: string,
  value: unknown,
  least: number = 0,
  most: number = maxTimerMs,
): asserts value is number {
  if (typeof value === 'number' && value >= least && value <= most) return
  const range = most === Infinity ? `of at least ${least}` : `from ${least} to ${most}`
  throw new AuthConfigurationError(argument, `must be a number ${range}, not ${describeValue(value)}`)
}
