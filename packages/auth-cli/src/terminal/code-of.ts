/**
 * The code of an error of the platform, such as `ENOENT`; empty for everything else that may be thrown. The code of a `DOMException` is a
 * number, and names no failure of the platform.
 */
export function codeOf(error: unknown): string {
  const { code } = Object(error) as { readonly code?: unknown }
  return typeof code === 'string' ? code : ''
}
