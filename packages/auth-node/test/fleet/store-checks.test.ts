import { describe, expect, test } from 'vitest'
import type { RevocationStore, RevocationSubscriber, SubjectCutOff } from '../../src/index.ts'
import { storeChecks, type StoreUnderTest } from '../../src/store-tests.ts'
import { createMemoryEngine } from './memory-engine.ts'

describe('an engine in memory', () => {
  for (const { name, run } of storeChecks(createMemoryEngine()))
    test(name, async () => await expect(run()).resolves.toBeUndefined())
})

/** Changes each store of an engine, as a bug would. */
function breakStore(change: (store: Required<RevocationStore>) => Partial<RevocationStore>): StoreUnderTest {
  const engine = createMemoryEngine()
  return {
    ...engine,
    timeoutMs: 100,
    openStore(fleet) {
      const store = engine.openStore(fleet)
      return { ...store, ...change(store) }
    },
  }
}

/** The checks that fail, by the first word of their names. */
async function failures(engine: StoreUnderTest): Promise<readonly string[]> {
  const failed: string[] = []
  for (const { name, run } of storeChecks(engine))
    await run().catch((error: Error) => {
      expect(error.message).toContain('the store does not keep its promise: ')
      failed.push(name.split(':')[0] ?? '')
    })
  return [...new Set(failed)]
}

const subscribeWith =
  (change: (subscriber: RevocationSubscriber) => RevocationSubscriber) =>
  ({ subscribe }: RevocationStore): Partial<RevocationStore> => ({
    subscribe: (subscriber) => subscribe(change(subscriber)),
  })

test.each<[bug: string, finds: string, change: Parameters<typeof breakStore>[0]]>([
  ['loses what is published', 'publish', () => ({ publish: async () => true })],
  ['changes the time', 'publish', ({ publish }) => ({ publish: (key, until) => publish(key, until + 1) })],
  [
    'says false always',
    'publish',
    ({ publish }) => ({ publish: (...all) => publish(...all).then(() => false) }),
  ],
  ['loses cut-offs', 'publishCutOff', () => ({ publishCutOff: async () => true })],
  [
    'mixes up services',
    'publishCutOff',
    ({ publishCutOff }) => ({
      publishCutOff: (cutOff) => publishCutOff?.({ ...cutOff, service: 'x' }) ?? Promise.reject(),
    }),
  ],
  [
    'is never attached',
    'subscribe',
    subscribeWith((subscriber) => ({ ...subscriber, onAttached: () => undefined })),
  ],
  [
    'is attached too early',
    'subscribe',
    subscribeWith((subscriber) => {
      let isFirst = true
      return {
        ...subscriber,
        onRevoked(...all) {
          if (isFirst) subscriber.onAttached(true)
          isFirst = false
          subscriber.onRevoked(...all)
        },
      }
    }),
  ],
  [
    'never stops',
    'subscribe',
    ({ subscribe }) => ({ subscribe: (each) => (subscribe(each), async () => undefined) }),
  ],
  [
    'hides an outage',
    'an outage',
    subscribeWith(({ onAttached, ...rest }) => ({ ...rest, onAttached: () => onAttached(true) })),
  ],
  [
    'claims twice',
    'answers',
    ({ answers }) => ({ answers: answers && { ...answers, claim: async () => true } }),
  ],
  [
    'keeps answers for ever',
    'answers',
    ({ answers }) => ({
      answers: answers && {
        ...answers,
        write: (key, value, ttlMs) => answers.write(key, value, ttlMs + 1_000),
      },
    }),
  ],
])('a store that %s fails the checks of %s', async (_bug, finds, change) => {
  expect(await failures(breakStore(change))).toContain(finds)
})

test('a store without cut-offs and answers is checked for the rest', async () => {
  const engine = createMemoryEngine()
  const openStore = (fleet: string): RevocationStore => {
    const { subscribe, publish } = engine.openStore(fleet)
    return { subscribe, publish }
  }
  for (const { run } of storeChecks({ openStore })) await expect(run()).resolves.toBeUndefined()
})

test('a store that keeps the last cut-off of a user, and not the latest, fails the checks of publishCutOff', async () => {
  const kept = new Map<string, Map<string, SubjectCutOff>>()
  const engine = createMemoryEngine()
  const openStore = (fleet: string): RevocationStore => {
    const { subscribe, publish, publishCutOff } = engine.openStore(fleet)
    const cutOffs = kept.get(fleet) ?? new Map<string, SubjectCutOff>()
    kept.set(fleet, cutOffs)
    return {
      publish,
      publishCutOff(cutOff) {
        cutOffs.set(`${cutOff.service} ${cutOff.sub}`, cutOff)
        return publishCutOff?.(cutOff) ?? Promise.reject()
      },
      subscribe(subscriber) {
        let isBacklog = true
        const stop = subscribe({
          ...subscriber,
          onCutOff: (cutOff) => isBacklog || subscriber.onCutOff?.(cutOff),
          onAttached(...all) {
            if (isBacklog) for (const cutOff of cutOffs.values()) subscriber.onCutOff?.(cutOff)
            isBacklog = false
            subscriber.onAttached(...all)
          },
        })
        return stop
      },
    }
  }
  const broken: string[] = []
  for (const { name, run } of storeChecks({ openStore, timeoutMs: 100 }))
    await run().catch(() => broken.push(name))
  expect(broken).toEqual(['publishCutOff: an earlier or shorter one takes nothing back'])
})
