import { assertArgument, assertKind, type OptionKind } from './assert.ts'
import { describeKind } from './plain-text.ts'

/**
 * The names of all options of a factory, as keys, so that the compiler asks for a name that is missing here; and what each may hold:
 * `true` for anything, `'boolean'`, `'function'`, `'string'`, or a range of numbers such as `[1, 10]`, by default up to 2,147,483,647.
 */
export type OptionNames<Options extends object> = Readonly<Record<keyof Options & string, OptionKind>>

/**
 * Reads the options of a factory. A misspelt option would otherwise be an open door, and so would one that stands in a polluted
 * `Object.prototype`.
 *
 * @param factory what the options belong to, for the error, such as `createAuthClient`
 * @param options what was given; `undefined` counts as no options
 * @param names the options that exist
 * @returns a copy that has own properties only, and no prototype: an option that was not given is `undefined` in it
 * @throws {AuthConfigurationError} with the argument `options` when they are no plain object; with the name of the first option that
 * does not exist, and a list of those that do; with the name of the first that holds what it may not
 *
 * @example
 * ```ts
 * const names: OptionNames<LimiterOptions> = { perSecond: [1, 1_000], now: 'function' }
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
  // Only factories whose options may all be left out are called without any.
  const own = Object.create(null) as Options
  if (options === undefined) return own
  const kind = describeKind(options).replace('object', 'instance of a class')
  assertArgument('options', isPlainObject(options), `of ${factory} must be a plain object, not ${kind}`)
  for (const [name, value] of Object.entries(options)) {
    const isKnown = Object.prototype.hasOwnProperty.call(names, name)
    const known = Object.keys(names).sort().join(', ')
    // A long one may be a token.
    assertArgument(
      name.length > 32 ? 'a long name' : name,
      isKnown,
      `is not an option of ${factory}; its options are ${known}`,
    )
    assertKind(name, value, names[name as keyof typeof names])
  }
  return Object.assign(own, options)
}

/**
 * Holds for objects of other realms, too: the prototype of a literal is the end of its chain and has `hasOwnProperty`. A prototype made by
 * the application holds options, which would be lost without a word.
 */
function isPlainObject(value: unknown): boolean {
  if (value === null) return false
  const prototype = Object.getPrototypeOf(value) as object | null
  return prototype === null || (Object.getPrototypeOf(prototype) === null && 'hasOwnProperty' in prototype)
}
