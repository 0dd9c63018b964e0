import type { RevocationStore, RevocationSubscriber, SubjectCutOff } from './revocation-store.ts'

/** An engine whose stores are checked. */
export interface StoreUnderTest {
  /**
   * Opens a store as one more process of a fleet would. Stores of one fleet share their revocations, those of two fleets nothing.
   *
   * @param fleet the name of the fleet: 8 letters and digits, new for each check
   */
  readonly openStore: (fleet: string) => RevocationStore | Promise<RevocationStore>
  /**
   * Takes the engine away from every store that is open, as in an outage, without losing what it holds; resolves to a function that brings
   * it back. @default what happens in an outage is not checked
   */
  readonly interrupt?: (() => Promise<() => Promise<void>>) | undefined
  /** How long an engine may take to deliver, in milliseconds. @default 10_000 */
  readonly timeoutMs?: number | undefined
}

/** One promise of `RevocationStore`. */
export interface StoreCheck {
  /** The promise, as the title of a test. */
  readonly name: string
  /** Resolves where the promise is kept. Rejects with an `Error` that says what was broken. */
  readonly run: () => Promise<void>
}

/** What a process of a fleet has heard. */
export interface Member {
  readonly store: RevocationStore
  readonly revoked: Map<string, number>
  /** The last one of each user. */
  readonly cutOffs: Map<string, SubjectCutOff>
  /** All of them, as they were heard. */
  readonly heardCutOffs: SubjectCutOff[]
  /** What `onAttached` has told, in order, and how many revocations had been heard by then. */
  readonly attached: { readonly isAttached: boolean; readonly heard: number }[]
  readonly isAttached: () => boolean
  readonly leave: () => Promise<void>
}

/** The processes of one fleet, which a check adds as it needs them. */
export interface Fleet {
  /** Adds a process, which has heard everything by the time the promise resolves. */
  readonly join: (store?: RevocationStore) => Promise<Member>
  readonly eventually: (promise: string, holds: () => boolean) => Promise<void>
}

/** @throws {Error} when the promise is broken */
export function assertThat(promise: string, holds: boolean): void {
  if (!holds) throw new Error(`the store does not keep its promise: ${promise}`)
}

/** A key like that of a token. */
export function newKey(): string {
  return btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32))))
}

/** Resolves after a moment, in which an engine that delivers what it should not would have done so. */
export const moment = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 200))

/** Runs a check in a fleet of its own, whose processes leave afterwards. */
export async function withFleet(
  { openStore, timeoutMs = 10_000 }: StoreUnderTest,
  check: (fleet: Fleet) => Promise<void>,
): Promise<void> {
  const name = [...crypto.getRandomValues(new Uint8Array(4))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')
  const members: Member[] = []

  async function eventually(promise: string, holds: () => boolean): Promise<void> {
    const giveUpAt = performance.now() + timeoutMs
    while (!holds() && performance.now() < giveUpAt) await new Promise((resolve) => setTimeout(resolve, 5))
    assertThat(`${promise}, within ${timeoutMs} ms`, holds())
  }

  async function join(given?: RevocationStore): Promise<Member> {
    const store = given ?? (await openStore(name))
    const revoked = new Map<string, number>()
    const cutOffs = new Map<string, SubjectCutOff>()
    const heardCutOffs: SubjectCutOff[] = []
    const attached: { isAttached: boolean; heard: number }[] = []
    const subscriber: RevocationSubscriber = {
      onRevoked: (key, until) => void revoked.set(key, until),
      onCutOff(cutOff) {
        heardCutOffs.push(cutOff)
        cutOffs.set(`${cutOff.service} ${cutOff.sub}`, cutOff)
      },
      onAttached: (isAttached) => void attached.push({ isAttached, heard: revoked.size }),
    }
    const stop = store.subscribe(subscriber)
    let hasLeft = false
    const leave = async (): Promise<void> => {
      if (!hasLeft) await stop()
      hasLeft = true
    }
    const isAttached = (): boolean => attached.at(-1)?.isAttached === true
    const member = { store, revoked, cutOffs, heardCutOffs, attached, isAttached, leave }
    members.push(member)
    await eventually('subscribe calls onAttached(true) once everything has been delivered', isAttached)
    return member
  }

  try {
    await check({ join, eventually })
  } finally {
    await Promise.all(members.map(({ leave }) => leave()))
  }
}
