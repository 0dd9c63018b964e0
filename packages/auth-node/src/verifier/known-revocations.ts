import { orUndefined, readTokenExpiry, readTokenIssuedAt, wasTokenRevoked } from '@tokenward/auth-core'
import type { SubjectCutOff } from '../fleet/revocation-store.ts'
import type { Clock } from '../memory/clock.ts'
import { createCutOffs } from '../memory/cut-offs.ts'
import { subjectOf } from '../memory/token-subject.ts'
import { createTombstones, marginMs, tombstoneEnd } from '../memory/tombstones.ts'
import type { Revocation, RevocationSource } from './revocation-feed.ts'

/** Tells whether a user's tokens from that time are dead. */
export type IsCutOff = (sub: string, issuedAt: number | undefined) => boolean

/** What a verifier knows of revocations: tombstones of tokens and cut-offs of users. */
export interface KnownRevocations {
  /** Tells whether a token has a tombstone. */
  readonly has: (key: string) => boolean
  readonly isCutOff: IsCutOff
  /** Tells whether a token is known to be dead: by a tombstone, by this process, or by a cut-off of the user that it names. */
  readonly isRevoked: (key: string, token: string) => boolean
  /** Remembers that a token is revoked, ends its connections, and tells the listeners if it is news. */
  readonly learnRevoked: (key: string, until: number, source: RevocationSource, sub?: string) => void
  /** Ends the connections of a token that the service has rejected, and tells the listeners if it was active before. */
  readonly learnRejected: (key: string, token: string) => void
  /** Remembers a cut-off, ends the connections of the user, and tells the listeners; returns whether it is news. */
  readonly learnCutOff: (cutOff: SubjectCutOff, source: RevocationSource) => boolean
  /** Remembers a cut-off from before this verifier was made. */
  readonly recallCutOff: (cutOff: SubjectCutOff) => void
  /** How many tombstones there are. */
  readonly size: () => number
}

/** What has to act on a revocation. */
export interface RevocationEffects {
  /** The address of the service. Throws where the configuration is missing. */
  readonly serviceUrl: () => string
  /** Drops what is remembered of a token. */
  readonly forget: (key: string) => void
  /** The user that the service's last answer about a token names. */
  readonly subjectOf: (key: string) => string | undefined
  /** Whether the token has been active here, or has open connections. */
  readonly wasActive: (key: string) => boolean
  readonly endConnections: (key: string, reason: 'revoked' | 'rejected') => void
  /** Ends the connections of a user whose tokens were issued at a time or before. */
  readonly endConnectionsOf: (sub: string, isDead: (token: string) => boolean) => void
  readonly report: (revocation: Revocation) => void
}

/** The settings of a verifier that concern its revocations. */
export interface KnownRevocationsSettings {
  readonly revocationWindowMs: number
  readonly maxTombstones: number
  readonly maxRefusals: number
  readonly tombstoneMs: number
}

export function createKnownRevocations(
  { revocationWindowMs, maxTombstones, maxRefusals, tombstoneMs }: KnownRevocationsSettings,
  clock: Clock,
  effects: RevocationEffects,
): KnownRevocations {
  const { steady } = clock
  // A wall clock that is ahead for a while must not bring back what is dead.
  const lasting = (until: number): number => steady() + (until - clock.now())
  const tombstones = createTombstones(maxTombstones, steady)
  /** Tokens that the service has rejected, so that the listeners hear of each once. */
  const reported = createTombstones(maxRefusals, steady)
  const cutOffs = createCutOffs(maxTombstones, steady, clock.now)
  // The user of one service says nothing about the user of another.
  const userOf = (service: string, sub: string): string => `${service} ${sub}`

  const isOurs = (service: string): boolean => service === orUndefined(effects.serviceUrl)

  const isCutOff: IsCutOff = (sub, issuedAt) =>
    cutOffs.size() > 0 && cutOffs.rejects(userOf(effects.serviceUrl(), sub), issuedAt)

  return {
    has: tombstones.has,
    isCutOff,
    isRevoked(key, token) {
      // A revocation from before this verifier was made is known to the process all the same.
      if (tombstones.has(key) || wasTokenRevoked(token)) return true
      // Reading the claims takes longer than the rest of a refusal.
      if (cutOffs.size() === 0) return false
      const sub = subjectOf(token)
      return sub !== undefined && isCutOff(sub, readTokenIssuedAt(token))
    },
    learnRevoked(key, until, source, sub = effects.subjectOf(key)) {
      // A store repeats what it has told before, also what has ended since.
      const isNews = !tombstones.has(key) && !reported.has(key) && !(until <= clock.now())
      // At least until no answer from before can be believed any more, in this process or from the fleet.
      tombstones.add(key, Math.max(lasting(until) || 0, steady() + revocationWindowMs + marginMs))
      effects.forget(key)
      effects.endConnections(key, 'revoked')
      if (isNews) effects.report({ key: btoa(key), sub, source })
    },
    learnRejected(key, token) {
      // The service rejects a token that has ended by itself as well.
      const isOver = clock.isPast(readTokenExpiry(token) ?? Infinity)
      const isNews = !isOver && effects.wasActive(key) && !tombstones.has(key) && !reported.has(key)
      const sub = effects.subjectOf(key) ?? subjectOf(token)
      effects.endConnections(key, 'rejected')
      if (!isNews) return
      reported.add(key, lasting(tombstoneEnd(token, clock.now(), tombstoneMs)))
      effects.report({ key: btoa(key), sub, source: 'service' })
    },
    learnCutOff({ service, sub, issuedBefore, until }, source) {
      const isNews = cutOffs.add(userOf(service, sub), issuedBefore, lasting(until))
      if (!isNews || !isOurs(service)) return false
      effects.endConnectionsOf(sub, (token) => isCutOff(sub, readTokenIssuedAt(token)))
      effects.report({ sub, issuedBefore, source })
      return true
    },
    recallCutOff: ({ service, sub, issuedBefore, until }) =>
      void cutOffs.add(userOf(service, sub), issuedBefore, lasting(until)),
    size: tombstones.size,
  }
}
