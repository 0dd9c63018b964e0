/**
 * Makes a text of the service fit for an error: short, and without the token, whole or in parts.
 *
 * @returns `undefined` for anything but a text with content
 */
export function redact(text: unknown, token: string): string | undefined {
  // Whoever quotes it may cut it off, or quote the payload alone, perhaps behind an escape such as %3D.
  return typeof text !== 'string'
    ? undefined
    : text
        .replaceAll(token, '[token]')
        .replace(/[\w-]{8,}/g, (run) => (token.includes(run.slice(-8)) ? '[token]' : run))
        .slice(0, 300) || undefined
}
