import type { SubjectCutOff } from './revocation-store.ts'
import { answerChecks } from './store-answer-checks.ts'
import {
  assertThat,
  type Fleet,
  moment,
  newKey,
  type StoreCheck,
  type StoreUnderTest,
  withFleet,
} from './store-check.ts'

/** More than an engine is likely to read at a time. */
const many = 2_500
const inAnHour = (): number => Date.now() + 3_600_000

/** Names that an engine could change on the way. */
const users = ['42', '张伟', 'a b', 'x\'"\\\n', '{"sub":1}', 'key']

const isSame = (one: SubjectCutOff | undefined, other: SubjectCutOff): boolean =>
  one?.issuedBefore === other.issuedBefore && one.until === other.until

const nameOf = ({ service, sub }: SubjectCutOff): string => `${service} ${sub}`

type Check = (fleet: Fleet, engine: StoreUnderTest) => Promise<void>

const revocationChecks: Readonly<Record<string, Check>> = {
  async 'publish: every process of the fleet hears the key and the time unchanged, the publisher as well'({
    join,
    eventually,
  }) {
    const [one, two] = [await join(), await join()]
    const three = await join(one.store)
    const [key, until] = [newKey(), inAnHour()]
    assertThat('publish resolves to true while the engine is there', await one.store.publish(key, until))
    for (const { revoked } of [one, two, three])
      await eventually('publish reaches every subscriber', () => revoked.get(key) === until)
  },
  async 'publish: once more for the same token does no harm, and the later time counts'({
    join,
    eventually,
  }) {
    const [one, two] = [await join(), await join()]
    const [key, until] = [newKey(), inAnHour()]
    await one.store.publish(key, until)
    await two.store.publish(key, until + 1_000)
    await eventually('a later time is delivered', () => one.revoked.get(key) === until + 1_000)
  },
  async 'subscribe: a process that comes later hears everything before it is told that it is attached'({
    join,
  }) {
    const one = await join()
    const keys = Array.from({ length: many }, newKey)
    await Promise.all(keys.map((key) => one.store.publish(key, inAnHour())))
    const late = await join()
    const first = late.attached.find(({ isAttached }) => isAttached)
    assertThat(`onAttached(true) comes after all ${many} revocations`, first?.heard === many)
    assertThat(
      'no revocation is missing',
      keys.every((key) => late.revoked.has(key)),
    )
  },
  async 'subscribe: a process that has left hears nothing more, and the others go on'({ join, eventually }) {
    const [one, two, three] = [await join(), await join(), await join()]
    await two.leave()
    const key = newKey()
    await one.store.publish(key, inAnHour())
    await eventually('publish reaches those who are left', () => three.revoked.has(key))
    await moment()
    assertThat('what subscribe returns ends the delivery', !two.revoked.has(key))
  },
  async 'two fleets share nothing'({ join, eventually }, engine) {
    const one = await join()
    await withFleet(engine, async (other) => {
      const stranger = await other.join()
      const key = newKey()
      await one.store.publish(key, inAnHour())
      await eventually('publish reaches its own fleet', () => one.revoked.has(key))
      await moment()
      assertThat('publish reaches no other fleet', !stranger.revoked.has(key))
    })
  },
}

/** A store without `publishCutOff` keeps all of them. */
const cutOffChecks: Readonly<Record<string, Check>> = {
  async 'publishCutOff: every process hears it unchanged, one that comes later as well'({
    join,
    eventually,
  }) {
    const [one, two] = [await join(), await join()]
    if (!one.store.publishCutOff) return
    const cutOffs = users.map((sub, index) => ({
      service: 'https://my-env.example',
      sub,
      issuedBefore: Date.now() - index,
      until: inAnHour(),
    }))
    for (const cutOff of cutOffs)
      assertThat('publishCutOff resolves to true', await one.store.publishCutOff(cutOff))
    for (const member of [one, two, await join()])
      for (const cutOff of cutOffs)
        await eventually(`the cut-off of ${JSON.stringify(cutOff.sub)} is delivered unchanged`, () =>
          isSame(member.cutOffs.get(nameOf(cutOff)), cutOff),
        )
  },
  async 'publishCutOff: a later one of the same user is delivered last'({ join, eventually }) {
    const one = await join()
    const earlier = { service: 'https://my-env.example', sub: '42', issuedBefore: 1_000, until: inAnHour() }
    const later = { ...earlier, issuedBefore: 2_000 }
    if (!one.store.publishCutOff) return
    await one.store.publishCutOff(earlier)
    await one.store.publishCutOff(later)
    for (const member of [one, await join()])
      await eventually('the later cut-off arrives', () => isSame(member.cutOffs.get(nameOf(later)), later))
  },
  async 'publishCutOff: an earlier or shorter one takes nothing back'({ join, eventually }) {
    const one = await join()
    if (!one.store.publishCutOff) return
    const until = inAnHour()
    const later = { service: 'https://my-env.example', sub: '42', issuedBefore: 2_000, until: until - 60_000 }
    await one.store.publishCutOff(later)
    await one.store.publishCutOff({ ...later, issuedBefore: 1_000, until })
    for (const { heardCutOffs } of [one, await join()]) {
      const heard = (field: 'issuedBefore' | 'until', value: number) => (): boolean =>
        heardCutOffs.some((cutOff) => nameOf(cutOff) === nameOf(later) && cutOff[field] === value)
      const stays = 'the later issuedBefore stays, also where an earlier one comes after it'
      await eventually(stays, heard('issuedBefore', later.issuedBefore))
      await eventually('the later until arrives', heard('until', until))
    }
  },
  async 'publishCutOff: the same user of two services are two'({ join, eventually }) {
    const one = await join()
    if (!one.store.publishCutOff) return
    const until = inAnHour()
    const mine = { service: 'https://one.example', sub: '42', issuedBefore: 1_000, until }
    const other = { ...mine, service: 'https://two.example', issuedBefore: 2_000 }
    await one.store.publishCutOff(mine)
    await one.store.publishCutOff(other)
    const late = await join()
    for (const cutOff of [mine, other])
      await eventually('both arrive', () => isSame(late.cutOffs.get(nameOf(cutOff)), cutOff))
  },
}

const interruptionChecks: Readonly<Record<string, Check>> = {
  async 'an outage: each process is told, and publish says that the message waits'(
    { join, eventually },
    engine,
  ) {
    const one = await join()
    const restore = await engine.interrupt?.()
    await eventually('onAttached(false) tells of an outage', () => !one.isAttached())
    const published = await one.store.publish(newKey(), inAnHour()).catch(() => false)
    assertThat('publish resolves to false, or rejects, in an outage', !published)
    await restore?.()
    await eventually('onAttached(true) tells of the end of the outage', one.isAttached)
  },
  async 'after an outage: what was published meanwhile arrives everywhere, and what was there before still does'(
    { join, eventually },
    engine,
  ) {
    const [one, two] = [await join(), await join()]
    const [before, during] = [newKey(), newKey()]
    await one.store.publish(before, inAnHour())
    const cutOff = { service: 'https://my-env.example', sub: '42', issuedBefore: 1_000, until: inAnHour() }
    const restore = await engine.interrupt?.()
    await eventually('onAttached(false) tells of an outage', () => !one.isAttached() && !two.isAttached())
    await one.store.publish(during, inAnHour()).catch(() => false)
    await one.store.publishCutOff?.(cutOff).catch(() => false)
    await restore?.()
    for (const member of [one, two, await join()]) {
      await eventually('onAttached(true) tells of the end of the outage', member.isAttached)
      await eventually('what was published before an outage is there', () => member.revoked.has(before))
      await eventually('what was published in an outage arrives', () => member.revoked.has(during))
      if (one.store.publishCutOff)
        await eventually('a cut-off of an outage arrives', () => member.cutOffs.has(nameOf(cutOff)))
    }
  },
}

/**
 * Lists the promises of `RevocationStore` as checks of an engine: of revocations and cut-offs, of answers where its stores have `answers`,
 * and of an outage where `interrupt` is given. They need no test runner, and fit into each.
 *
 * @param engine how a store is opened
 * @returns the checks. Run them one after the other where `interrupt` is given: an outage is one for all.
 * @example
 * ```ts
 * import { test } from 'node:test' // or Jest's, or Vitest's
 *
 * const engine = { openStore: (fleet: string) => createMyStore(connection, { prefix: fleet }) }
 * for (const { name, run } of storeChecks(engine)) test(name, run)
 * ```
 */
export function storeChecks(engine: StoreUnderTest): readonly StoreCheck[] {
  const checks = {
    ...revocationChecks,
    ...cutOffChecks,
    ...answerChecks,
    ...(engine.interrupt && interruptionChecks),
  }
  return Object.entries(checks).map(([name, check]) => ({
    name,
    run: () => withFleet(engine, (fleet) => check(fleet, engine)),
  }))
}
