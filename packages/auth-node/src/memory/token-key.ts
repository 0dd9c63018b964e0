import { nodeBuiltin } from '../runtime/node-builtin.ts'

/**
 * Makes the name under which a token is remembered: its SHA-256, so that no memory ever holds the token. Each byte is a character,
 * which is faster to make and to find than base64, and smaller.
 */
export type TokenKey = (token: string) => string | Promise<string>

/** Picks the fastest SHA-256 that the runtime has: one call, one stream, or Web Crypto, which answers with a promise. */
export function createTokenKey(): TokenKey {
  const { hash, createHash } = (nodeBuiltin('node:crypto') ?? {}) as Partial<typeof import('node:crypto')>
  if (hash) return (token) => hash('sha256', token, 'binary')
  if (createHash) return (token) => createHash('sha256').update(token).digest('binary')
  return async (token) => {
    const digest = await globalThis.crypto.subtle.digest('SHA-256', new TextEncoder().encode(token))
    return String.fromCharCode(...new Uint8Array(digest))
  }
}
