/**
 * Listens to an event of the page or worker; does nothing on a server, which has none.
 *
 * @returns a function that stops listening
 */
export function onPage(type: string, listener: (event: Partial<PageTransitionEvent>) => void): () => void {
  globalThis.addEventListener?.(type, listener)
  return () => globalThis.removeEventListener?.(type, listener)
}
