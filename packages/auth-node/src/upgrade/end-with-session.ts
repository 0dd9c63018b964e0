/** What a WebSocket of `ws` has. */
export interface ClosableSocket {
  /** 3 when it is closed. */
  readonly readyState: number
  close(code: number, reason: string): void
  terminate(): void
  on(event: 'close', listener: () => void): unknown
  on(event: 'newListener', listener: (event: string | symbol) => void): unknown
  removeAllListeners(event: 'message'): unknown
}

/** How long a client has to answer that its connection is closed, in milliseconds. */
const goodbyeMs = 2_000

/** Destroys a connection after two seconds, unless it is closed before. */
export function destroyLater(socket: {
  destroy(): unknown
  once(event: 'close', listener: () => void): unknown
}): void {
  const timer = setTimeout(() => socket.destroy(), goodbyeMs).unref()
  socket.once('close', () => clearTimeout(timer))
}

/**
 * Closes a WebSocket. It hands on no message from then on, also to listeners that are added later, and a client that does not answer is cut
 * off after two seconds.
 */
export function closeForGood(socket: ClosableSocket, code: number, reason: string): void {
  const removeListeners = (): unknown => socket.removeAllListeners('message')
  removeListeners()
  socket.on('newListener', (event) => {
    // The event comes before the listener is there. No message arrives before the next tick.
    if (event === 'message') process.nextTick(removeListeners)
  })
  socket.close(code, reason)
  setTimeout(() => socket.terminate(), goodbyeMs).unref()
}

/** Why a session has ended, as the code and the reason of a closing frame, into which 123 bytes fit. */
function readEnd(session: AbortSignal): readonly [code: number, reason: string] {
  const { reason } = Object(session.reason) as { reason?: unknown }
  // The process is going down, and the client may connect to another one.
  if (reason === 'closed') return [1001, reason]
  return [4401, typeof reason === 'string' ? reason : 'ended']
}

/**
 * Calls `end` when the session ends, unless the connection was closed before, and then aborts `over`: at once for a session that has ended
 * already, else once the connections of the token have all been told.
 *
 * All connections of a token share the signal of the session: a listener must not outlive its connection.
 */
export function onSessionEnd(session: AbortSignal, over: AbortController, end: () => void): void {
  if (over.signal.aborted) return
  function finish(): void {
    end()
    // Takes this listener from the signal, which searches the whole list while it tells the others: quadratic in their number.
    queueMicrotask(() => over.abort(session.reason))
  }
  if (session.aborted) {
    end()
    over.abort(session.reason)
  } else session.addEventListener('abort', finish, { once: true, signal: over.signal })
}

/** Closes a WebSocket when its session ends. */
export function endWithSession(socket: ClosableSocket, session: AbortSignal, over: AbortController): void {
  onSessionEnd(session, over, () => closeForGood(socket, ...readEnd(session)))
}
