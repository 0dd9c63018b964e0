import type { Line } from './lines.ts'
import { hashToken } from './hash-token.ts'
import { type Claims, readPayload } from './token-claims.ts'
import { findUnusable } from './unusable.ts'

/** What a line holds: a token that can be sent, or no such token. */
export type LineToken =
  | { readonly text: string; readonly hash: string; readonly claims: Claims | undefined }
  | {
      readonly text: undefined
      /** Why it holds none, in a few words that repeat nothing of it. */
      readonly flaw: string | undefined
      readonly claims: undefined
    }

/** Reads the token of a line, the hash that stands for it, and what it says of itself. */
export function readLineToken({ text, flaw = findUnusable(text) }: Line): LineToken {
  if (text === undefined || flaw !== undefined) return { text: undefined, flaw, claims: undefined }
  return { text, hash: hashToken(text), claims: readPayload(text) }
}
