import { AuthConfigurationError } from '@tokenward/auth-core'

/** @throws {AuthConfigurationError} when the value is not a number from `least` to `most` */
export function assertRange(argument: string, value: unknown, least: number, most: number): void {
  if (!(typeof value === 'number' && value >= least && value <= most))
    throw new AuthConfigurationError(argument, `must be from ${least} to ${most}`)
}

/**
 * Takes the options' own properties, so that a polluted `Object.prototype` sets none, and refuses those that do not exist: a misspelt
 * check would be no check.
 *
 * @param receiver the function that takes the options, for the message
 * @throws {AuthConfigurationError} when the options are not an object, or hold a name that is not among the known ones
 */
export function readOwnOptions<Options extends object>(
  receiver: string,
  options: Options,
  known: readonly (keyof Options & string)[],
): Options {
  if (typeof options !== 'object' || options === null)
    throw new AuthConfigurationError('options', `must be an object of the options of ${receiver}`)
  const names: readonly string[] = known
  for (const name of Object.keys(options))
    if (!names.includes(name))
      throw new AuthConfigurationError(name, `is no option of ${receiver}, which takes ${names.join(', ')}`)
  return Object.assign(Object.create(null) as Options, options)
}
