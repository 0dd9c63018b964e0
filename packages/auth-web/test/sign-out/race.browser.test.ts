import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createAuthClient, webStorageSession } from '../../src/index.ts'
import { begin } from '../bed/begin.ts'
import { createFakeService } from '@tokenward/test-kit/fake-service'
import { mintToken } from '../bed/tokens.ts'
import { nextTask, until } from '../bed/next-task.ts'

// The model: an answer counts if no sign-out came after its question; for a refresh, if the session still holds the token that it is for;
// for a sign-in, if no other user has signed in meanwhile.
test('invariants 6 and 7: sign-ins, refreshes and sign-outs in any order end as the model says', async () => {
  const step = fc.oneof(
    fc.record({ act: fc.constant('begin' as const), user: fc.constantFrom('user-1', 'user-2') }),
    fc.record({ act: fc.constant('answer' as const), which: fc.nat(5) }),
    fc.record({ act: fc.constant('signOut' as const) }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (steps) => {
      localStorage.clear()
      const service = createFakeService()
      // Clients of one environment reach each other over the channel.
      const auth = createAuthClient({ env: crypto.randomUUID(), fetch: service.fetch })
      const asked: {
        answer: () => Promise<boolean>
        token: string
        user: string
        at: number
        before: string
      }[] = []
      const given: string[] = []
      let model = { token: '', user: '' }
      let signOuts = 0
      const unwanted = new Set<string>()
      for (const current of steps) {
        if (current.act === 'begin') {
          const token = mintToken({ sub: current.user })
          given.push(token)
          asked.push({ ...begin(auth, token), token, user: current.user, at: signOuts, before: model.token })
        } else if (current.act === 'signOut') {
          signOuts += 1
          if (model.token) unwanted.add(model.token)
          model = { token: '', user: '' }
          void auth.signOut()
        } else {
          const [call] = asked.splice(current.which % Math.max(1, asked.length), 1)
          if (!call) continue
          const wasRefresh = userOf(call.before) === call.user
          const counts =
            call.at === signOuts &&
            (wasRefresh
              ? call.before === model.token
              : [userOf(call.before) ?? '', call.user].includes(model.user))
          expect(await call.answer()).toBe(counts)
          if (counts) model = { token: call.token, user: call.user }
          else unwanted.add(call.token)
        }
        expect(auth.session.read() ?? '').toBe(model.token)
      }
      await until(() => auth.pendingRevocations() === 0)
      expect(auth.pendingRevocations()).toBe(0)
      for (const token of given) {
        if (unwanted.has(token)) expect(service.isAlive(token)).toBe(false)
      }
      if (model.token) expect(service.isAlive(model.token)).toBe(true)
      auth.close()
    }),
    { numRuns: 100 },
  )
})

function userOf(token: string): string | undefined {
  const [, payload] = token.split('.')
  return payload && (JSON.parse(atob(payload)) as { sub: string }).sub
}

test('invariants 6 and 7: two tabs with one session, in any order, never clear or restore the wrong one', async () => {
  const tab = fc.constantFrom(0 as const, 1 as const)
  const step = fc.oneof(
    fc.record({ act: fc.constant('begin' as const), tab, user: fc.constantFrom('user-1', 'user-2') }),
    fc.record({ act: fc.constant('answer' as const), which: fc.nat(5) }),
    fc.record({ act: fc.constant('signOut' as const), tab }),
    fc.record({ act: fc.constant('deliver' as const) }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (steps) => {
      localStorage.clear()
      const service = createFakeService()
      // Clients of one page reach each other over the channel, as tabs do.
      const options = { env: crypto.randomUUID(), fetch: service.fetch }
      const session = webStorageSession({ key: 'race' })
      const tabs = [
        createAuthClient({ ...options, session }),
        createAuthClient({ ...options, session }),
      ] as const
      const asked: { answer: () => Promise<boolean>; token: string }[] = []
      const unwanted = new Set<string>()
      const current = (): string => session.read() ?? ''
      for (const one of steps) {
        const before = current()
        if (one.act === 'begin') {
          const token = mintToken({ sub: one.user })
          asked.push({ ...begin(tabs[one.tab], token), token })
        } else if (one.act === 'signOut') {
          void tabs[one.tab].signOut()
          if (before) unwanted.add(before)
          expect(current()).toBe('')
        } else if (one.act === 'answer') {
          const [call] = asked.splice(one.which % Math.max(1, asked.length), 1)
          if (call && !(await call.answer())) unwanted.add(call.token)
        } else {
          for (let tasks = 0; tasks < 5; tasks += 1) await nextTask()
          expect(current()).toBe(before)
        }
      }
      await until(() => tabs.every((one) => one.pendingRevocations() === 0))
      expect(tabs.map((one) => one.pendingRevocations())).toEqual([0, 0])
      expect([...unwanted].filter((token) => service.isAlive(token))).toEqual([])
      expect(unwanted.has(current())).toBe(false)
      if (current()) expect(service.isAlive(current())).toBe(true)
      for (const one of tabs) one.close()
    }),
    {
      numRuns: 60,
      // A tab hears of a sign-out when the same user has signed in again, in the other tab.
      examples: [
        [
          [
            { act: 'begin', tab: 0, user: 'user-1' },
            { act: 'answer', which: 0 },
            { act: 'signOut', tab: 1 },
            { act: 'begin', tab: 1, user: 'user-1' },
            { act: 'answer', which: 0 },
            { act: 'deliver' },
          ],
        ],
      ],
    },
  )
})
