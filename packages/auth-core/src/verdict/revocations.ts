// What the clients of this process have revoked, all of them together: none may call active what another has ended.
import { orUndefined } from '../errors/or-undefined.ts'

/** A place in their list. Whoever waits for an answer holds the end of it, and so keeps what comes after alive, and nothing else. */
export interface Revocation {
  token?: string
  next?: Revocation
}

/** The end of the list, still empty. */
export let latest: Revocation = {}
type Listener = (token: string) => void
const listeners = new Set<Listener>()
// Set by the first listener, so that a bundle which has none leaves all of this out.
let tell: Listener | undefined

/** Notes a revocation that the service has accepted. */
export function noteRevocation(token: string): void {
  latest.token = token
  latest = latest.next = {}
  tell?.(token)
}

/**
 * Calls a function with each token that a client of this process has revoked, before the promise of the revocation resolves. For caches.
 *
 * @param listener receives the access token; what it throws is ignored
 * @returns a function that ends it
 */
export function onTokenRevoked(listener: Listener): () => void {
  listeners.add(listener)
  tell = (token) => {
    for (const listen of listeners) orUndefined(() => listen(token))
  }
  return () => void listeners.delete(listener)
}
