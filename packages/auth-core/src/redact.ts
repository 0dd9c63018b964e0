/**
 * Makes a text of the service fit for an error: short, and without the token, whole or in parts.
 *
 * @returns `undefined` for anything but a text with content
 */
export function redact(text: unknown, token: string): string | undefined {
  if (typeof text !== 'string' || !text) return undefined
  // Each part is a secret or close to one: a service may quote the payload alone.
  const parts = token.split('.').filter((part) => part.length > 7)
  return [token, ...parts].reduce((rest, part) => rest.replaceAll(part, '[token]'), text).slice(0, 300)
}
