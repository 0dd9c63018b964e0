import { AuthConfigurationError } from './errors.ts'
import { describeValue } from './plain-text.ts'

/** The longest time that a timer of the platforms can wait, in milliseconds: a longer one fires at once. */
const maxTimerMs = 2_147_483_647

/** @throws {AuthConfigurationError} when the rule does not hold */
export function assertArgument(argument: string, holds: boolean, rule: string): asserts holds {
  if (!holds) throw new AuthConfigurationError(argument, rule)
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
  const isInRange = typeof value === 'number' && value >= least && value <= most
  const range = most === Infinity ? `of at least ${least}` : `from ${least} to ${most}`
  assertArgument(argument, isInRange, `must be a number ${range}, not ${describeValue(value)}`)
}
