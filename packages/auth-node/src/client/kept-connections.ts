import type { Agent } from 'node:http'
import type { Socket } from 'node:net'

/** What a client knows of its kept connections, each of which may have lost its peer without a word. */
export interface KeptConnections {
  /** How long a kept connection may take until its answer begins, in milliseconds, before a new one is tried. */
  patienceMs(): number
  /** Notes that an answer has begun on a connection, and how long it took. */
  noteAnswer(socket: Socket, durationMs: number): void
  /** Closes the free connections beside one that stays silent, but for those that have answered since the silence began. */
  dropDoubtful(agent: Agent, silent: Socket, since: number): void
}

/** Remembers which connections have answered last, and how long the service takes. */
export function createKeptConnections(): KeptConnections {
  const answeredAt = new WeakMap<Socket, number>()
  let lastDurationMs = 0
  return {
    // A service that is slow by itself is given time, so that it is not sent every request twice.
    patienceMs: () => Math.max(500, 4 * lastDurationMs),
    noteAnswer(socket, durationMs) {
      lastDurationMs = durationMs
      answeredAt.set(socket, performance.now())
    },
    dropDoubtful({ sockets, freeSockets }, silent, since) {
      const [name = ''] = Object.entries(sockets).find(([, busy]) => busy?.includes(silent)) ?? []
      for (const socket of freeSockets[name] ?? []) {
        if ((answeredAt.get(socket) ?? 0) < since) socket.destroy()
      }
    },
  }
}
