/** Reads an own property of a JSON value, so that a polluted prototype says nothing in place of the service. */
export function readField(value: unknown, name: string): unknown {
  const isOwn =
    typeof value === 'object' && value !== null && Object.prototype.hasOwnProperty.call(value, name)
  return isOwn ? (value as Readonly<Record<string, unknown>>)[name] : undefined
}
