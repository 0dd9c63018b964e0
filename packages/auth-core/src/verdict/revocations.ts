import { assertArgument } from '../errors/assert.ts'
import { orUndefined } from '../errors/or-undefined.ts'
import { readTokenExpiry } from './token.ts'

// What a process knows of revocations is one, for every copy of this package in it: the ES module and the CommonJS file, two versions, the
// two bundles that Next makes of one application. The number changes with the shape of the register.
const key = Symbol.for('tokenward.revocations.1')

const hourMs = 3_600_000
/** How long an opaque token is remembered: the vendor lets access tokens live for at most 24 hours. */
const opaqueTokenMs = 25 * hourMs
/** Less than 10 MB. The oldest go first. */
const maxRevocations = 100_000

type Listener = (token: string) => void

/** What copies of this package, of any version, call of the register that the first of them has made. */
interface Register {
  readonly note: (token: string) => void
  readonly isRevoked: (token: string) => boolean
  readonly forget: (token: string) => void
  readonly listeners: Set<Listener>
}

function findRegister(): Register | undefined {
  return (globalThis as { readonly [key]?: Register })[key]
}

/** Finds the register, or makes it: at its first use, because importing must change nothing. */
function ensureRegister(): Register {
  const found = findRegister()
  if (found) return found
  const value = createRegister()
  Object.defineProperty(globalThis, key, { value })
  return value
}

/** Remembers revoked tokens for as long as they could live, as fingerprints: nothing of a token stays in memory. */
function createRegister(): Register {
  const revokedUntil = new Map<number, number>()
  const listeners = new Set<Listener>()
  let oldest: Iterator<number> | undefined
  return {
    listeners,
    note(token) {
      const now = Date.now()
      // An hour more than the token says, because the clocks of the service and of this machine may differ.
      const until = Math.max(now, readTokenExpiry(token) ?? now + opaqueTokenMs) + hourMs
      const fingerprint = fingerprintOf(token)
      revokedUntil.delete(fingerprint)
      revokedUntil.set(fingerprint, until)
      if (revokedUntil.size > maxRevocations) {
        // One iterator for good: a new one would first step over every entry that was dropped before.
        oldest ??= revokedUntil.keys()
        revokedUntil.delete(oldest.next().value as number)
      }
      for (const listen of listeners) orUndefined(() => listen(token))
    },
    isRevoked(token) {
      // Most processes have revoked nothing, and need no fingerprint for each request.
      if (revokedUntil.size === 0) return false
      return (revokedUntil.get(fingerprintOf(token)) ?? 0) > Date.now()
    },
    forget(token) {
      revokedUntil.delete(fingerprintOf(token))
    },
  }
}

/**
 * Makes a number of a token that tells it from all others: 64 bits, of which a number keeps 53. Not a secure hash, which the platforms
 * have only as a promise: a token that is made to collide with a revoked one is called dead, and harms its maker alone.
 */
function fingerprintOf(token: string): number {
  let first = 0x811c9dc5
  let second = 0x9e3779b9
  for (let index = 0; index < token.length; index += 1) {
    const unit = token.charCodeAt(index)
    first = Math.imul(first ^ unit, 0x01000193)
    second = Math.imul(((second << 13) | (second >>> 19)) ^ unit, 0x85ebca6b)
  }
  return first * 2 ** 32 + second
}

/** Notes a revocation that the service has accepted, and tells the listeners. */
export function noteRevocation(token: string): void {
  ensureRegister().note(token)
}

/**
 * Tells whether a client of this process has revoked a token, by any copy of this package. Remembered for as long as the token could live:
 * an hour beyond its `exp`, or 26 hours for an opaque token; at most the 100,000 latest revocations. For a cache made after the revocation.
 *
 * @example
 * ```ts
 * if (wasTokenRevoked(token)) return { active: false, reason: 'rejected' }
 * ```
 */
export function wasTokenRevoked(token: string): boolean {
  return findRegister()?.isRevoked(token) ?? false
}

/**
 * Forgets that a client of this process has revoked a token. For mocks, whose tokens can come back to life: a real one never does.
 *
 * @example
 * ```ts
 * forgetRevocation('alice')
 * ```
 */
export function forgetRevocation(token: string): void {
  findRegister()?.forget(token)
}

/**
 * Calls a function with each token that a client of this process has revoked, before the promise of the revocation resolves. For caches.
 * Hears the clients of every copy of this package in the process.
 *
 * @param listener receives the access token; what it throws is ignored
 * @returns a function that ends it
 * @throws {AuthConfigurationError} when the listener is no function
 *
 * @example
 * ```ts
 * const stop = onTokenRevoked((token) => cache.delete(hash(token)))
 * ```
 */
export function onTokenRevoked(listener: (token: string) => void): () => void {
  assertArgument('listener', typeof listener === 'function', 'must be a function')
  const { listeners } = ensureRegister()
  listeners.add(listener)
  return () => void listeners.delete(listener)
}
