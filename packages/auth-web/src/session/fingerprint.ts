import { readTokenSubject } from '@tokenward/auth-core'

/** The user that a token names; where it is opaque, it stands for nobody but itself. */
export function userOf(token: string): string {
  return readTokenSubject(token) ?? token
}

/** 32 bits of a text (FNV-1a, begun at 0): enough to tell the sessions of one browser apart, far too little to find a token by. */
export function fingerprint(text: string): string {
  let sum = 0
  for (const letter of text) sum = Math.imul(sum ^ letter.charCodeAt(0), 0x01000193)
  return `${sum}`
}
