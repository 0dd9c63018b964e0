import type { RevocationSubscriber, SubjectCutOff } from './revocation-store.ts'

/**
 * What an entry of the stream tells: that of a token's key the revocation may be forgotten at a time, or the cut-off of a user. A number
 * and not an object for the revocation, because a million of them may wait for a Redis that is away.
 */
export type Message = number | SubjectCutOff

/** The name under which a message is remembered here; another message about the same token or user has the same name. */
export const nameOfCutOff = ({ service, sub }: SubjectCutOff): string => `${service} ${sub}`

export const endOf = (message: Message): number => (typeof message === 'number' ? message : message.until)

/** The fields of the stream's entry. */
export function toFields(name: string, message: Message): readonly string[] {
  if (typeof message === 'number') return ['key', name, 'until', String(message)]
  const { service, sub, issuedBefore, until } = message
  return ['sub', sub, 'service', service, 'before', String(issuedBefore), 'until', String(until)]
}

/** Reads an entry; `undefined` for one that this version does not know. */
export function readMessage(
  fields: readonly string[],
): { readonly name: string; readonly message: Message } | undefined {
  const values = new Map<string, string>()
  for (let index = 0; index + 1 < fields.length; index += 2)
    values.set(fields[index] ?? '', fields[index + 1] ?? '')
  const until = Number(values.get('until'))
  const key = values.get('key')
  if (key !== undefined) return { name: key, message: until }
  const sub = values.get('sub')
  const service = values.get('service')
  if (sub === undefined || service === undefined) return undefined
  const message = { service, sub, issuedBefore: Number(values.get('before')), until }
  return { name: nameOfCutOff(message), message }
}

/** Tells a subscriber. */
export function deliver(name: string, message: Message, subscriber: RevocationSubscriber): void {
  if (typeof message === 'number') subscriber.onRevoked(name, message)
  else subscriber.onCutOff?.(message)
}

/** Tells whether `newer` says at least as much as `older` about the same token or user. */
export function covers(newer: Message, older: Message): boolean {
  if (typeof newer === 'number' || typeof older === 'number') return true
  return newer.issuedBefore >= older.issuedBefore && newer.until >= older.until
}

/** What remains to be said where two messages are about the same token or user. */
export function mergeMessages(older: Message | undefined, newer: Message): Message {
  if (typeof newer === 'number' || typeof older !== 'object') return newer
  return {
    ...newer,
    issuedBefore: Math.max(older.issuedBefore, newer.issuedBefore),
    until: Math.max(older.until, newer.until),
  }
}
