// What is stored, and by whom: one entry of the local storage for each session that has ended.
//   key     the app's name, "ended|", and "<user>.<token>.<issued>": 32-bit fingerprints, <user> empty where only the token has died, and
//           the token's `iat` by the service's clock, in milliseconds, empty where it has none; an earlier version left <issued> out
//   value   when, by this machine's clock, in milliseconds since the epoch
// The tab that ends a session writes it; the others read it at once, by the channel or the storage event, or when they are back. An entry
// goes after a day, when no token that it could concern is alive.
import { orUndefined, readTokenIssuedAt } from '@tokenward/auth-core'
import type { Channel, Platform } from '../platform/platform.ts'
import { createDayEntries, type DayEntries } from '../platform/storage-entries.ts'
import { fingerprint, userOf } from '../session/fingerprint.ts'

/** A session that has ended, known by fingerprints. */
export interface EndedSession {
  /** The user who has left; empty where the service has rejected this one token. */
  readonly user: string
  readonly token: string
  /** When the token was issued, by the service's clock, in milliseconds since the epoch; empty where it is not known. */
  readonly issuedAt: string
  /** By this machine's clock, in milliseconds since the epoch. */
  readonly endedAt: number
}

/** Describes the session of a token that ends now. */
export function describeEnd(token: string, hasUserLeft: boolean): EndedSession {
  return {
    user: hasUserLeft ? fingerprint(userOf(token)) : '',
    token: fingerprint(token),
    issuedAt: `${readTokenIssuedAt(token) ?? ''}`,
    endedAt: Date.now(),
  }
}

/** What names an ended session among those that end at the same time. */
function idOf({ user, token, issuedAt }: EndedSession): string {
  return `${user}.${token}.${issuedAt}`
}

/** Writes an ended session down for the tabs that share this storage, whose storage event tells them. */
export function storeEnd(name: string, platform: Platform, ended: EndedSession): void {
  endedEntries(name, platform).add(idOf(ended), ended.endedAt)
}

/** The sessions that have ended, in all tabs. */
export interface EndedSessions {
  readonly announce: (ended: EndedSession) => void
  /** Reads what storage says, such as when the page is back. */
  readonly catchUp: () => void
  /** Opens the channel again that `silence` has closed. */
  readonly listen: () => void
  readonly silence: () => void
}

/** @param onEnded is called for each session that has ended elsewhere, perhaps more than once */
export function followEndedSessions(
  name: string,
  platform: Platform,
  onEnded: (ended: EndedSession) => void,
): EndedSessions {
  const entries = endedEntries(name, platform)
  let channel: Channel | undefined
  const hear = (message: unknown): void => {
    const ended = parseEnd(message)
    if (ended) onEnded(ended)
  }
  const catchUp = (): void => {
    for (const [key, endedAt] of entries.all()) hear(`${key}.${endedAt}`)
  }
  let stopListening = (): void => undefined

  return {
    catchUp,
    announce(ended) {
      storeEnd(name, platform, ended)
      // While the page closes, the channel is closed already. It has no target origin: it reaches this one alone.
      // oxlint-disable-next-line unicorn/require-post-message-target-origin
      orUndefined(() => channel?.postMessage(`${idOf(ended)}.${ended.endedAt}`))
    },
    listen() {
      stopListening()
      // Storage events do it alone where there is no channel: in old browsers and workers of the edge, and where it is refused.
      stopListening = platform.on('stored', catchUp)
      channel = orUndefined(() => platform.openChannel(name, hear))
    },
    silence() {
      stopListening()
      channel?.close()
      channel = undefined
    },
  }
}

function endedEntries(name: string, platform: Platform): DayEntries {
  return createDayEntries(`${name}ended|`, () => platform.findStorage('local'))
}

/** Reads a message. Any script of the origin can send one, so that it may be anything. */
function parseEnd(message: unknown): EndedSession | undefined {
  const text = typeof message === 'string' ? message : ''
  const [, user = '', token = '', issuedAt = '', endedAt] =
    /^(-?\d+|)\.(-?\d+)(?:\.(\d*))?\.(\d+)$/.exec(text) ?? []
  return endedAt === undefined ? undefined : { user, token, issuedAt, endedAt: Number(endedAt) }
}
