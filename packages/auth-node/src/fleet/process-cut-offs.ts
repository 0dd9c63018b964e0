import { createDropOldest } from '../memory/drop-oldest.ts'
import type { SubjectCutOff } from './revocation-store.ts'

// What a process knows of revocations is one, for every verifier and every copy of this package in it. The number changes with the shape
// of the register.
const key = Symbol.for('tokenward.cut-offs.1')
const mostCutOffs = 100_000

type Listener = (cutOff: SubjectCutOff) => void

interface Register {
  readonly cutOffs: Map<string, SubjectCutOff>
  readonly listeners: Set<Listener>
  readonly dropOldest: () => void
}

/** Finds the register, or makes it: at its first use, because importing must change nothing. */
function ensureRegister(): Register {
  const { [key]: found } = globalThis as { readonly [key]?: Register }
  if (found) return found
  const cutOffs = new Map<string, SubjectCutOff>()
  const value: Register = {
    cutOffs,
    listeners: new Set(),
    dropOldest: createDropOldest(cutOffs, mostCutOffs),
  }
  Object.defineProperty(globalThis, key, { value })
  return value
}

/** Notes a cut-off, and tells every verifier of this process. */
export function noteCutOff(cutOff: SubjectCutOff): void {
  const { cutOffs, listeners, dropOldest } = ensureRegister()
  const user = JSON.stringify([cutOff.service, cutOff.sub])
  const older = cutOffs.get(user)
  cutOffs.set(user, {
    ...cutOff,
    issuedBefore: Math.max(cutOff.issuedBefore, older?.issuedBefore ?? 0),
    until: Math.max(cutOff.until, older?.until ?? 0),
  })
  dropOldest()
  for (const listen of listeners) listen(cutOff)
}

/**
 * Calls a function with each cut-off of this process.
 *
 * @returns a function that ends it
 */
export function onCutOffHere(listener: Listener): () => void {
  const { listeners } = ensureRegister()
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

/** The cut-offs of this process so far, for a verifier that is made later. */
export function cutOffsHere(): readonly SubjectCutOff[] {
  return [...ensureRegister().cutOffs.values()]
}
