import { assertArgument } from './assert.ts'
import { describeValue } from './plain-text.ts'

/** The names of all options of a factory, as keys, so that the compiler asks for a name that is missing here. */
export type OptionNames<Options extends object> = Readonly<Record<keyof Options & string, true>>

/**
 * Reads the options of a factory. A misspelt option would otherwise be an open door, and so would one that stands in a polluted
 * `Object.prototype`.
 *
 * @param factory what the options belong to, for the error, such as `createAuthClient`
 * @param options what was given; `undefined` counts as no options
 * @param names the options that exist
 * @returns a copy that has own properties only, and no prototype: an option that was not given is `undefined` in it
 * @throws {AuthConfigurationError} with the argument `options` when they are no plain object; with the name of the first option that
 * does not exist, and a list of those that do
 *
 * @example
 * ```ts
 * const names: OptionNames<LimiterOptions> = { perSecond: true, now: true }
 *
 * export function createLimiter(options?: LimiterOptions): Limiter {
 *   const { perSecond = 100, now = Date.now } = readOptions('createLimiter', options, names)
 * ```
 */
export function readOptions<Options extends object>(
  factory: string,
  options: Options | undefined,
  names: OptionNames<Options>,
): Options {
  const own = Object.create(null) as Options
  if (options === undefined) return own
  const isPlain = isPlainObject(options)
  assertArgument('options', isPlain, `of ${factory} must be a plain object, not ${describeKind(options)}`)
  for (const name of Object.keys(options))
    assertArgument(
      name,
      Object.prototype.hasOwnProperty.call(names, name),
      `is not an option of ${factory}; its options are ${Object.keys(names).sort().join(', ')}`,
    )
  return Object.assign(own, options)
}

/** Holds for objects of other realms, too: a literal's prototype is the end of its chain. */
function isPlainObject(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

/** The kind alone, because what was passed in place of options may be a token. */
function describeKind(value: unknown): string {
  if (typeof value === 'string') return 'a string'
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return describeValue(value)
  return 'an instance of a class'
}
