import { readTokenSubject } from '@tokenward/auth-core'

/** Reads whom a token names, without checking its signature, with text beyond ASCII decoded as the service writes it. */
export function subjectOf(token: string): string | undefined {
  const subject = readTokenSubject(token)
  if (!subject?.match(/[\u0080-\u00FF]/)) return subject
  try {
    const bytes = Uint8Array.from(subject, (character) => character.charCodeAt(0))
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    // The token has written it as an escape, which needs no decoding.
    return subject
  }
}
