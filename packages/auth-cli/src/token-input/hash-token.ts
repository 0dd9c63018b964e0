import { hash } from 'node:crypto'

/** Names a token without being one: its SHA-256. */
export function hashToken(token: string): Buffer {
  return hash('sha256', token, 'buffer')
}
