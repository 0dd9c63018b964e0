// What is stored, and by whom: one entry of the local storage for each token that `updateSession` has kept, in whichever tab.
//   key     the app's name, "kept|", and the token's 32-bit fingerprint
//   value   when, in milliseconds since the epoch
// A sign-out that is waiting for the service reads them, so that it does not take a new session of another tab for a late refresh. The
// entry goes when its token is signed out, or after a day.
import type { Platform } from '../platform/platform.ts'
import { createDayEntries } from '../platform/storage-entries.ts'
import { fingerprint } from '../session/fingerprint.ts'

/** The tokens that `updateSession` has kept. */
export interface KeptTokens {
  readonly add: (token: string) => void
  readonly has: (token: string) => boolean
  readonly delete: (token: string) => void
}

export function createKeptTokens(name: string, platform: Platform): KeptTokens {
  const entries = createDayEntries(`${name}kept|`, () => platform.findStorage('local'))
  return {
    add: (token) => entries.add(fingerprint(token), Date.now()),
    has: (token) => entries.has(fingerprint(token)),
    delete: (token) => entries.delete(fingerprint(token)),
  }
}
