import { hash } from 'node:crypto'

/** Names a token without being one: its SHA-256 in base64url. */
export function hashToken(token: string): string {
  return hash('sha256', token, 'base64url')
}
