// What the clients of this process have revoked, all of them together: none may call active what another has ended.
import { quietly } from './quietly.ts'

/** A place in their list. Whoever waits for an answer holds the end of it, and so keeps what comes after alive, and nothing else. */
export interface Revocation {
  token?: string
  next?: Revocation
}

/** The end of the list, still empty. */
export let latest: Revocation = {}
const listeners = new Set<(token: string) => void>()

/** Notes a revocation that the service has accepted. */
export function noteRevocation(token: string): void {
  latest.token = token
  latest = latest.next = {}
  for (const listener of listeners) quietly(() => listener(token))
}

/**
 * Calls a function with each token that a client of this process has revoked, before the promise of the revocation resolves. For caches.
 *
 * @param listener receives the access token; what it throws is ignored
 * @returns a function that ends it
 */
export function onTokenRevoked(listener: (token: string) => void): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}
