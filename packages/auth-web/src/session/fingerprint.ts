import { readTokenSubject } from '@tokenward/auth-core'

/** The user that a token names. An opaque token names no user, so it stands for itself. */
export function userOf(token: string): string {
  return readTokenSubject(token) ?? token
}

/** 32 bits of a text (FNV-1a, begun at 0): enough to tell the sessions of one browser apart, far too little to find a token by. */
export function fingerprint(text: string): string {
  let hash = 0
  for (let index = 0; index < text.length; index += 1)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  return `${hash}`
}
