import type { Platform, PlatformEvent } from '../platform/platform.ts'
import { createBrowserClient } from './browser-client.ts'

/** The events of the page that each event of the platform stands for. */
const pageEvents: Readonly<Record<PlatformEvent, string>> = {
  stored: 'storage',
  look: 'storage visibilitychange pageshow focus',
  visible: 'visibilitychange',
  online: 'online',
  leave: 'pagehide',
  freeze: 'pagehide',
  thaw: 'pageshow',
}

/** A page of a browser, a frame or a worker; and a server, which has nothing of it. */
export const browserPlatform: Platform = {
  createClient: createBrowserClient,
  findStorage: (name) => globalThis[`${name}Storage`],
  on(event, listener) {
    const types = pageEvents[event].split(' ')
    // A server has no events.
    for (const type of types) globalThis.addEventListener?.(type, listener)
    return () => {
      for (const type of types) globalThis.removeEventListener?.(type, listener)
    }
  },
  openChannel(name, hear) {
    // Throws on a server, Deno and Bun included, which has no location, and whose process a channel would keep alive.
    const channel = location && new BroadcastChannel(name)
    channel.addEventListener('message', ({ data }) => hear(data))
    return channel
  },
  visibility: () => globalThis.document?.visibilityState,
}
