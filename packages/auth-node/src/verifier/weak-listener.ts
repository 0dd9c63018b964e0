import { onTokenRevoked } from '@tokenward/auth-core'

type Listener = (token: string) => void

// Old versions of workerd lack it; there, a verifier that is never closed goes on listening.
const { FinalizationRegistry } = globalThis as Partial<typeof globalThis>
const collected = FinalizationRegistry && new FinalizationRegistry<() => void>((stop) => stop())

// A function of its own, because the closures of one function keep each other's variables alive.
function weakly(listener: Listener): Listener {
  const reference = new WeakRef(listener)
  return (token) => reference.deref()?.(token)
}

/**
 * Listens to the revocations of this process for as long as the returned function is referenced, so that a verifier which was never
 * closed can be garbage-collected.
 *
 * @returns a function that ends it
 */
export function onTokenRevokedWeakly(listener: Listener): () => void {
  if (!collected) return onTokenRevoked(listener)
  const stop = onTokenRevoked(weakly(listener))
  collected.register(listener, stop, listener)
  return () => {
    collected.unregister(listener)
    stop()
  }
}
