/** What each field of an options object may hold, when it is there. */
export type FieldChecks<T> = Readonly<Record<keyof T, (value: unknown) => boolean>>

/** Reads any value as a map of fields; what is no object has none. */
export const fieldsOf = (value: unknown): Map<string, unknown> => new Map(Object.entries(value ?? {}))

/**
 * Makes sure that a value is an object with valid fields and no others.
 *
 * @throws TypeError when it is not; the message names known fields only, and repeats no value
 */
export function assertFields<T>(what: string, checks: FieldChecks<T>, value: unknown): asserts value is T {
  const fields = fieldsOf(value)
  for (const [name, isValid] of Object.entries<(value: unknown) => boolean>(checks)) {
    const field = fields.get(name)
    if (field !== undefined && !isValid(field)) throw new TypeError(`${what}: ${name} is not valid`)
    fields.delete(name)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value) || fields.size > 0)
    throw new TypeError(`${what} takes an object with no fields but ${Object.keys(checks).join(', ')}`)
}

export const isText = (value: unknown): boolean => typeof value === 'string'

export const isAmount = (value: unknown): boolean => typeof value === 'number' && value >= 0

export const isFlag = (value: unknown): boolean => typeof value === 'boolean'
