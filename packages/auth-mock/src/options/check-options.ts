import { AuthConfigurationError, describeValue, type OptionNames, readOptions } from '@tokenward/auth-core'

/** What an option may hold. */
export interface OptionRule {
  readonly accepts: (value: unknown) => boolean
  /** The end of the sentence that begins with "must be". */
  readonly expected: string
}

/** The rule of every option of a factory or a method. */
export type OptionRules<Options extends object> = Readonly<Record<keyof Options & string, OptionRule>>

/**
 * Reads options: every one is known and holds what its rule accepts.
 *
 * @param owner the function that takes the options, for the error
 * @param value what was given, from a caller or from JSON
 * @returns a copy of the own properties
 * @throws {AuthConfigurationError} for a value that is no plain object, an unknown option or a wrong value. Its `argument` is the
 * option's name.
 */
export function checkOptions<Options extends object>(
  owner: string,
  rules: OptionRules<Options>,
  value: unknown,
): Options {
  const names = Object.fromEntries(Object.keys(rules).map((name) => [name, true]))
  const options = readOptions(owner, value as Options | undefined, names as OptionNames<Options>)
  for (const [name, { accepts, expected }] of Object.entries<OptionRule>(rules)) {
    const option: unknown = Reflect.get(options, name)
    if (option !== undefined && !accepts(option))
      throw new AuthConfigurationError(name, `must be ${expected}, not ${describe(option)}`)
  }
  return options
}

// A token is easily put into the wrong option, and must not reach a log through the error.
function describe(value: unknown): string {
  return typeof value === 'string' && /(?<![\w-])[\w-]{8,}\.[\w-]{8,}/.test(value)
    ? 'this text'
    : describeValue(value)
}

export const text: OptionRule = { accepts: (value) => typeof value === 'string', expected: 'text' }

export const someText: OptionRule = {
  accepts: (value) => typeof value === 'string' && value !== '',
  expected: 'text that is not empty',
}

export const flag: OptionRule = {
  accepts: (value) => typeof value === 'boolean',
  expected: 'true or false',
}

export const clock: OptionRule = {
  accepts: (value) => typeof value === 'function',
  expected: 'a function that returns milliseconds since the epoch',
}

/** Accepts the numbers of a range, both ends included. */
export function numberFrom(least: number, most: number = Infinity): OptionRule {
  return {
    accepts: (value) => typeof value === 'number' && value >= least && value <= most,
    expected: most === Infinity ? `a number of at least ${least}` : `a number from ${least} to ${most}`,
  }
}

/** Accepts the whole numbers of a range, both ends included. */
export function wholeNumberFrom(least: number, most: number): OptionRule {
  return {
    accepts: (value) => Number.isInteger(value) && Number(value) >= least && Number(value) <= most,
    expected: `a whole number from ${least} to ${most}`,
  }
}

/** Accepts the values of a list. */
export function oneOf(values: readonly string[]): OptionRule {
  return {
    accepts: (value) => values.some((known) => known === value),
    expected: `one of ${values.join(', ')}`,
  }
}
