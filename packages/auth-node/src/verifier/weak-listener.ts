type Listener<Value> = (value: Value) => void

// Old versions of workerd lack it; there, a verifier that is never closed goes on listening.
const { FinalizationRegistry } = globalThis as Partial<typeof globalThis>
const collected = FinalizationRegistry && new FinalizationRegistry<() => void>((stop) => stop())

// A function of its own, because the closures of one function keep each other's variables alive.
function weakly<Value>(listener: Listener<Value>): Listener<Value> {
  const reference = new WeakRef(listener)
  return (value) => reference.deref()?.(value)
}

/**
 * Listens for as long as the returned function is referenced, so that a verifier which was never closed can be garbage-collected.
 *
 * @param listen starts to listen, and returns a function that ends it
 * @returns a function that ends it
 */
export function listenWeakly<Value>(
  listen: (listener: Listener<Value>) => () => void,
  listener: Listener<Value>,
): () => void {
  if (!collected) return listen(listener)
  const stop = listen(weakly(listener))
  collected.register(listener, stop, listener)
  return () => {
    collected.unregister(listener)
    stop()
  }
}
