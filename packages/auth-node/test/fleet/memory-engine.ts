// An engine in memory, as a user of `RevocationStore` may write one: it keeps every promise of the interface.
import type { RevocationStore, RevocationSubscriber, SharedAnswer, SubjectCutOff } from '../../src/index.ts'

type Message = { readonly key: string; readonly until: number } | SubjectCutOff

interface Backlog {
  readonly messages: Message[]
  readonly subscribers: Set<RevocationSubscriber>
  readonly answers: Map<string, { readonly value: string; readonly endsAt: number }>
}

const tell = (message: Message, { onRevoked, onCutOff }: RevocationSubscriber): void => {
  if ('key' in message) onRevoked(message.key, message.until)
  else onCutOff?.(message)
}

export interface MemoryEngine {
  readonly openStore: (fleet: string) => Required<RevocationStore>
  readonly interrupt: () => Promise<() => Promise<void>>
}

export function createMemoryEngine(): MemoryEngine {
  const fleets = new Map<string, Backlog>()
  const unsent: (() => void)[] = []
  let isThere = true

  function open(fleet: string): Backlog {
    const found = fleets.get(fleet) ?? { messages: [], subscribers: new Set(), answers: new Map() }
    fleets.set(fleet, found)
    return found
  }

  return {
    openStore(fleet) {
      const { messages, subscribers, answers } = open(fleet)
      const read = (key: string): SharedAnswer | undefined => {
        const { value = '', endsAt = 0 } = answers.get(key) ?? {}
        const remainingMs = endsAt - Date.now()
        return value !== '' && remainingMs > 0 ? { value, remainingMs } : undefined
      }
      async function send(message: Message): Promise<boolean> {
        const write = (): void => {
          messages.push(message)
          for (const subscriber of subscribers) tell(message, subscriber)
        }
        if (isThere) write()
        else unsent.push(write)
        return isThere
      }
      return {
        subscribe(subscriber) {
          for (const message of messages) tell(message, subscriber)
          subscribers.add(subscriber)
          subscriber.onAttached(isThere)
          return async () => void subscribers.delete(subscriber)
        },
        publish: (key, until) => send({ key, until }),
        publishCutOff: send,
        answers: {
          read: async (key) => read(key),
          async claim(key) {
            const { endsAt = 0 } = answers.get(key) ?? {}
            if (endsAt > Date.now()) return false
            answers.set(key, { value: '', endsAt: Date.now() + 1_000 })
            return true
          },
          async write(key, value, ttlMs) {
            if (value === undefined) answers.delete(key)
            else answers.set(key, { value, endsAt: Date.now() + ttlMs })
          },
        },
      }
    },
    async interrupt() {
      const tellAll = (isAttached: boolean): void => {
        isThere = isAttached
        for (const { subscribers } of fleets.values())
          for (const { onAttached } of subscribers) onAttached(isAttached)
      }
      tellAll(false)
      return async () => {
        for (const write of unsent.splice(0)) write()
        tellAll(true)
      }
    },
  }
}
