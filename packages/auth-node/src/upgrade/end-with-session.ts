/** What a WebSocket of `ws` has. */
export interface ClosableSocket {
  close(code: number, reason: string): void
  terminate(): void
  removeAllListeners(event: 'message'): unknown
}

/** How long a client has to answer that its connection is closed, in milliseconds. */
const goodbyeMs = 2_000

/** The word of an `AuthTokenEndedError` that says why: no more than 123 bytes fit into a closing frame. */
function readReason(signal: AbortSignal): string {
  const { reason } = Object(signal.reason) as { reason?: unknown }
  return typeof reason === 'string' ? reason : 'ended'
}

/** Calls `end` when the session ends, unless the connection was closed before. */
export function onSessionEnd(signal: AbortSignal, closed: AbortSignal, end: () => void): void {
  if (closed.aborted) return
  if (signal.aborted) end()
  // All connections of a token share its signal: a listener must not outlive its connection.
  else signal.addEventListener('abort', end, { once: true, signal: closed })
}

/** Closes a WebSocket with the code 4401 when its session ends. No message is handed on from then on. */
export function endWithSession(socket: ClosableSocket, signal: AbortSignal, closed: AbortSignal): void {
  onSessionEnd(signal, closed, () => {
    socket.removeAllListeners('message')
    socket.close(4401, readReason(signal))
    // A client that does not answer must not stay.
    setTimeout(() => socket.terminate(), goodbyeMs).unref()
  })
}

/** Destroys the connection a moment after its session has ended, so that its handler can say goodbye in its own way. */
export function destroyWithSession(
  socket: { destroy(): unknown },
  signal: AbortSignal,
  closed: AbortSignal,
): void {
  onSessionEnd(signal, closed, () => void setTimeout(() => socket.destroy(), goodbyeMs).unref())
}
