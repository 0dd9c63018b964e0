import { nodeBuiltin } from '../runtime/node-builtin.ts'

/**
 * Makes the key under which a token is remembered: its SHA-256, so that no memory holds the token itself. One character for each byte,
 * which is smaller than base64, and faster to make and to find.
 */
export type TokenKey = (token: string) => string | Promise<string>

/** Picks the fastest SHA-256 of the runtime: Node's one-shot hash, Node's stream, or Web Crypto, which answers with a promise. */
export function createTokenKey(): TokenKey {
  const { hash, createHash } = (nodeBuiltin('node:crypto') ?? {}) as Partial<typeof import('node:crypto')>
  if (hash) return (token) => hash('sha256', token, 'binary')
  if (createHash) return (token) => createHash('sha256').update(token).digest('binary')
  return async (token) => {
    const digest = await globalThis.crypto.subtle.digest('SHA-256', new TextEncoder().encode(token))
    return String.fromCharCode(...new Uint8Array(digest))
  }
}
