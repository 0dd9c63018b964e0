import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createTokenVerifier, isAuthError } from '../../src/index.ts'
import { fakeService, mint } from '../fake-service.ts'

const windowMs = 1_000
const staleMs = 2_500
const lifeMs = 4_000
const tokenCount = 2

/** What can happen, in any order; `token` and `request` pick one of those there are. */
type Step =
  | {
      readonly do:
        | 'verify'
        | 'verifyAtOnce'
        | 'verifyAndLeave'
        | 'revoke'
        | 'revokeAtClient'
        | 'revokeElsewhere'
      readonly token: number
    }
  | { readonly do: 'release'; readonly request: number }
  | { readonly do: 'leave'; readonly caller: number }
  | { readonly do: 'outage' | 'recovery' }
  | { readonly do: 'wait'; readonly ms: number }

const token = fc.nat(tokenCount - 1)
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constantFrom('verify' as const, 'verifyAtOnce' as const), token }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('verifyAndLeave' as const), token }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('revoke' as const), token }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('revokeAtClient' as const), token }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('revokeElsewhere' as const), token }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('release' as const), request: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('leave' as const), caller: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('outage' as const, 'recovery' as const) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.nat(1_200) }) },
)

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** The model: for each token, whether it was revoked here, and when it died elsewhere. */
interface Model {
  revokedHere: boolean
  diedAt: number
  /** Whether a revocation has failed, and no check has asked the service since. */
  isDoubtful: boolean
}

/** @param ticks how many microtasks run from one answer of the service to the next, once all are let go */
async function run(
  steps: readonly Step[],
  ticks: number,
  shareRequests: boolean,
): Promise<readonly string[]> {
  const start = Math.floor(Date.now() / 1_000) * 1_000
  const clock = { now: start }
  const endsAt = start + lifeMs
  const service = fakeService()
  const queue: (() => void)[] = []
  const verifier = createTokenVerifier(service.auth, {
    now: () => clock.now,
    revocationWindowMs: windowMs,
    refusalWindowMs: 0,
    onUnavailable: { serveStaleForMs: staleMs },
    shareRequests,
  })
  const tokens = Array.from({ length: tokenCount }, () => mint(endsAt / 1_000))
  const models: Model[] = tokens.map(() => ({ revokedHere: false, diedAt: Infinity, isDoubtful: false }))
  const leavers: AbortController[] = []
  const pending: Promise<unknown>[] = []
  const broken: string[] = []

  async function verify(index: number, signal?: AbortSignal): Promise<void> {
    const [text = '', model] = [tokens[index], models[index]]
    if (!model) return
    const knownDead = model.revokedHere
    const askedAt = clock.now
    model.isDoubtful = false
    const verdict = await verifier.verifyToken(text, signal ? { signal } : {}).catch((error: unknown) => {
      // Invariant 4: who stays is not ended by who leaves.
      if (!signal?.aborted && !isAuthError(error)) broken.push('another caller ended a wait')
    })
    if (signal?.aborted || !verdict?.active) return
    // Invariant 5: after our revocation has resolved, nothing says that it is alive, whatever was on its way.
    if (knownDead || model.revokedHere) broken.push('a revoked token was called active')
    // An answer can be as old as the window, or as serveStaleForMs when it says so, counted from when the service was asked.
    const oldest = askedAt - (verdict.stale ? staleMs : windowMs)
    if (model.diedAt <= oldest && clock.now === askedAt) broken.push('an answer outlived its window')
    if (verdict.stale && clock.now >= endsAt) broken.push('a stale answer outlived its token')
  }

  async function revoke(index: number, atClient: boolean): Promise<void> {
    const [text = '', model] = [tokens[index], models[index]]
    if (!model) return
    const done = await (atClient ? service.auth.revokeToken(text) : verifier.revoke(text)).then(
      () => true,
      () => false,
    )
    if (done) model.revokedHere = true
    else if (!atClient) model.isDoubtful = true
  }

  for (const action of steps) {
    service.held = action.do === 'verifyAtOnce' ? undefined : queue
    if (action.do === 'verify' || action.do === 'verifyAtOnce') pending.push(verify(action.token))
    else if (action.do === 'verifyAndLeave') {
      const controller = new AbortController()
      leavers.push(controller)
      pending.push(verify(action.token, controller.signal))
    } else if (action.do === 'revoke' || action.do === 'revokeAtClient')
      pending.push(revoke(action.token, action.do === 'revokeAtClient'))
    else if (action.do === 'revokeElsewhere') {
      const model = models[action.token]
      service.dead.add(tokens[action.token] ?? '')
      if (model) model.diedAt = Math.min(model.diedAt, clock.now)
    } else if (action.do === 'release') queue.splice(action.request % (queue.length || 1), 1)[0]?.()
    else if (action.do === 'leave') leavers[action.caller % (leavers.length || 1)]?.abort(new Error('gone'))
    else if (action.do === 'wait') clock.now += action.ms
    else service.isDown = action.do === 'outage'
    await settle()
    // What memory says without asking obeys the same rules at every moment.
    for (const [index, text] of tokens.entries()) {
      const found = verifier.peek(text)
      if (!found) continue
      if (models[index]?.revokedHere) broken.push('memory calls a revoked token active')
      if ((models[index]?.diedAt ?? Infinity) <= clock.now - windowMs)
        broken.push('memory outlived its window')
      if (clock.now >= endsAt) broken.push('memory outlived the token')
      if (models[index]?.isDoubtful) broken.push('a failed revocation left an answer in memory')
    }
  }

  service.held = undefined
  // Nothing hangs: once the service answers, everybody has been answered.
  while (queue.length > 0) {
    for (const release of queue.splice(0)) {
      release()
      for (let tick = 0; tick < ticks; tick += 1) await Promise.resolve()
    }
    await settle()
  }
  await Promise.all(pending)
  if (verifier.stats().inFlight > 0) broken.push('a request is still under way')
  // Each verifier that is open hears of every revocation of the process.
  await verifier.close()
  return broken
}

test.each([true, false])(
  'the verifier keeps its promises in any order of events (shared requests: %s)',
  async (shareRequests) => {
    const manySteps = fc.array(step, { minLength: 5, maxLength: 60 })
    const keeps = fc.asyncProperty(manySteps, fc.nat(12), async (steps, ticks) => {
      expect(await run(steps, ticks, shareRequests)).toEqual([])
    })
    await expect(fc.assert(keeps, { numRuns: 1_000 })).resolves.toBeUndefined()
  },
)
