import { onTokenRevoked } from '@tokenward/auth-core'

type Listener = (token: string) => void

// Old dates of workerd have none; there a verifier that nobody closes goes on listening.
const { FinalizationRegistry } = globalThis as Partial<typeof globalThis>
const abandoned = FinalizationRegistry && new FinalizationRegistry<() => void>((stop) => stop())

// In a function of its own, because closures of one function keep each other's variables alive.
function weakly(listener: Listener): Listener {
  const held = new WeakRef(listener)
  return (token) => held.deref()?.(token)
}

/**
 * Listens to the revocations of this process for as long as the function that it returns is held, so that a verifier which nobody
 * has closed can be collected.
 *
 * @returns a function that ends it
 */
export function onTokenRevokedWeakly(listener: Listener): () => void {
  if (!abandoned) return onTokenRevoked(listener)
  const stop = onTokenRevoked(weakly(listener))
  abandoned.register(listener, stop, listener)
  return () => {
    abandoned.unregister(listener)
    stop()
  }
}
