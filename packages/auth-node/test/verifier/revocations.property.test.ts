import { mintToken } from '@tokenward/test-kit/tokens'
import * as fc from 'fast-check'
import { afterEach, expect, test, vi } from 'vitest'
import {
  createTokenVerifier,
  isAuthError,
  type RevocationStore,
  type RevocationSubscriber,
  type SubjectCutOff,
} from '../../src/index.ts'
import { fakeService, keyOf, mint } from '../fake-service.ts'

const windowMs = 2_000
const dayMs = 86_400_000

afterEach(() => vi.useRealTimers())

/** What can happen, in any order; `token`, `user`, `request` and `connection` pick one of those there are. */
type Step =
  | {
      readonly do:
        | 'verify'
        | 'revoke'
        | 'revokeAtClient'
        | 'revokeElsewhere'
        | 'revokeInFleet'
        | 'open'
        | 'watch'
      readonly token: number
    }
  | {
      readonly do: 'revokeSubject' | 'cutOffInFleet' | 'cutOffOfAnotherService'
      readonly user: number
      /** How long before now the cut-off is. */
      readonly ago: number
    }
  | { readonly do: 'close'; readonly connection: number }
  | { readonly do: 'release'; readonly request: number }
  | { readonly do: 'hold' | 'letGo' | 'outage' | 'recovery' | 'disconnect' | 'reconnect' | 'evict' }
  | { readonly do: 'wait' | 'setClock'; readonly ms: number }

const token = fc.nat(4)
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('verify' as const), token }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constantFrom('open' as const, 'watch' as const), token }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'revoke' as const,
        'revokeAtClient' as const,
        'revokeElsewhere' as const,
        'revokeInFleet' as const,
      ),
      token,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'revokeSubject' as const,
        'cutOffInFleet' as const,
        'cutOffOfAnotherService' as const,
      ),
      user: fc.nat(1),
      ago: fc.constantFrom(0, 5_000, 50_000),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('close' as const), connection: fc.nat(20) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('release' as const), request: fc.nat(20) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'hold' as const,
        'letGo' as const,
        'outage' as const,
        'recovery' as const,
        'disconnect' as const,
        'reconnect' as const,
        'evict' as const,
      ),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.nat(2_500) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('setClock' as const),
      ms: fc.integer({ min: -3_600_000, max: 3_600_000 }),
    }),
  },
)

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** The rest of the fleet, as a store shows it: it delivers while it is there, and everything again when it comes back. */
function createFleet(): {
  readonly store: RevocationStore
  /** Says something; returns whether it has been delivered. */
  readonly say: (tell: (subscriber: RevocationSubscriber) => void) => boolean
  readonly setAttached: (isAttached: boolean) => void
  readonly isAttached: () => boolean
} {
  const said: ((subscriber: RevocationSubscriber) => void)[] = []
  let attached = true
  let subscriber: RevocationSubscriber | undefined
  function say(tell: (to: RevocationSubscriber) => void): boolean {
    said.push(tell)
    if (attached && subscriber) tell(subscriber)
    return attached
  }
  return {
    say,
    isAttached: () => attached,
    setAttached(isAttached) {
      attached = isAttached
      if (isAttached && subscriber) for (const tell of said) tell(subscriber)
      subscriber?.onAttached(isAttached)
    },
    store: {
      subscribe(given) {
        subscriber = given
        given.onAttached(true)
        return async () => undefined
      },
      publish: async (key, until) => say(({ onRevoked }) => onRevoked(key, until)),
      publishCutOff: async (cutOff) => say(({ onCutOff }) => onCutOff?.(cutOff)),
    },
  }
}

/** A token, and what the verifier knows of it. */
interface Model {
  readonly text: string
  readonly user: number
  /** In milliseconds; `undefined` where the token does not say. */
  readonly issuedAt: number | undefined
  /** Whether the token names its user itself, so that a connection ends as soon as a cut-off comes. */
  readonly isNamed: boolean
  /** Whether this verifier knows that the token is revoked. */
  isRevoked: boolean
  /** Whether the token may be dead for a reason that the verifier need not know yet. */
  mayBeDead: boolean
}

interface Connection {
  readonly model: Model
  readonly signal: AbortSignal
  readonly until: AbortController | undefined
}

let runs = 0

async function run(steps: readonly Step[]): Promise<readonly string[]> {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] })
  runs += 1
  const users = [`user-${runs}-0`, `user-${runs}-1`]
  const start = Math.floor(Date.now() / 1_000)
  const service = fakeService()
  service.subject = users[1] ?? ''
  const { auth } = service
  const fleet = createFleet()
  const verifier = createTokenVerifier(auth, {
    store: fleet.store,
    revocationWindowMs: windowMs,
    refusalWindowMs: 0,
    maxEntries: 4,
    maxRefusalsPerSecond: 1_000_000,
    onUnavailable: { serveStaleForMs: dayMs },
  })
  const jwt = (user: number, iat?: number): Model => ({
    text: mintToken({ sub: users[user], iat }),
    user,
    issuedAt: iat === undefined ? undefined : iat * 1_000,
    isNamed: true,
    isRevoked: false,
    mayBeDead: false,
  })
  const models: readonly Model[] = [
    jwt(0, start - 100),
    jwt(0, start - 10),
    jwt(0),
    jwt(1, start - 20),
    { ...jwt(1), text: mint(), isNamed: false },
  ]
  /** The latest cut-off of each user that the verifier knows. */
  const cutOffs = [-Infinity, -Infinity]
  /** What the fleet has said while the verifier could not hear it. */
  const unheard: (() => void)[] = []
  const connections: Connection[] = []
  const queue: (() => void)[] = []
  const pending: Promise<unknown>[] = []
  const broken: string[] = []

  const isKnownDead = ({ isRevoked, user, issuedAt = -Infinity }: Model): boolean =>
    isRevoked || (cutOffs[user] ?? -Infinity) >= issuedAt
  // Infinities do not compare as "dead" where there is no cut-off.
  const isCutOff = ({ user }: Model): boolean => (cutOffs[user] ?? -Infinity) > -Infinity
  const isDead = (model: Model): boolean => model.isRevoked || (isCutOff(model) && isKnownDead(model))

  function learn(isHeard: boolean, learned: () => void): void {
    if (isHeard) learned()
    else unheard.push(learned)
  }

  async function verify(model: Model): Promise<void> {
    const verdict = await verifier.verifyToken(model.text).catch((error: unknown) => {
      if (!isAuthError(error)) broken.push('a check has thrown something else')
    })
    if (verdict?.active && isDead(model)) broken.push('a dead token was called active')
    if (verdict?.active === false && !isDead(model) && !model.mayBeDead)
      broken.push('a live token was called dead')
  }

  async function revoke(model: Model, atClient: boolean): Promise<void> {
    model.mayBeDead = true
    const done = atClient ? auth.revokeToken(model.text) : verifier.revoke(model.text)
    try {
      await done
      model.isRevoked = true
    } catch {
      // The service is away.
    }
  }

  function cutOffOf(user: number, ago: number, url = auth.serviceUrl): SubjectCutOff {
    return {
      service: url,
      sub: users[user] ?? '',
      issuedBefore: start * 1_000 - ago,
      until: Date.now() + dayMs,
    }
  }

  function raiseCutOff(user: number, issuedBefore: number): void {
    cutOffs[user] = Math.max(cutOffs[user] ?? -Infinity, issuedBefore)
  }

  async function take(action: Step): Promise<void> {
    if ('token' in action) {
      const model = models[action.token]
      if (!model) return
      if (action.do === 'verify') pending.push(verify(model))
      else if (action.do === 'revoke' || action.do === 'revokeAtClient')
        pending.push(revoke(model, action.do === 'revokeAtClient'))
      else if (action.do === 'revokeElsewhere') {
        service.dead.add(model.text)
        model.mayBeDead = true
      } else if (action.do === 'revokeInFleet') {
        model.mayBeDead = true
        const until = Date.now() + dayMs
        learn(
          fleet.say(({ onRevoked }) => onRevoked(keyOf(model.text), until)),
          () => {
            model.isRevoked = true
          },
        )
      } else {
        const until = action.do === 'open' ? new AbortController() : undefined
        const signal = verifier.signalFor(model.text, { until: until?.signal })
        connections.push({ model, signal, until })
      }
    } else if (action.do === 'revokeSubject') {
      const { issuedBefore } = cutOffOf(action.user, action.ago)
      pending.push(verifier.revokeSubject(users[action.user] ?? '', { issuedBefore }))
      raiseCutOff(action.user, issuedBefore)
    } else if (action.do === 'cutOffInFleet') {
      const cutOff = cutOffOf(action.user, action.ago)
      for (const model of models) if (model.user === action.user) model.mayBeDead = true
      learn(
        fleet.say(({ onCutOff }) => onCutOff?.(cutOff)),
        () => raiseCutOff(action.user, cutOff.issuedBefore),
      )
    } else if (action.do === 'cutOffOfAnotherService') {
      const cutOff = cutOffOf(action.user, action.ago, 'https://another.example')
      fleet.say(({ onCutOff }) => onCutOff?.(cutOff))
    } else if (action.do === 'close') {
      const [connection] = connections.splice(action.connection % (connections.length || 1), 1)
      connection?.until?.abort()
    } else if (action.do === 'release') queue.splice(action.request % (queue.length || 1), 1)[0]?.()
    else if (action.do === 'hold') service.held = queue
    else if (action.do === 'letGo') service.held = undefined
    else if (action.do === 'outage' || action.do === 'recovery') service.isDown = action.do === 'outage'
    else if (action.do === 'disconnect') fleet.setAttached(false)
    else if (action.do === 'reconnect') {
      fleet.setAttached(true)
      for (const learned of unheard.splice(0)) learned()
    } else if (action.do === 'evict') {
      for (let count = 0; count < 6; count += 1)
        pending.push(verifier.verifyToken(mint()).catch(() => undefined))
    } else if (action.do === 'wait') await vi.advanceTimersByTimeAsync(action.ms)
    else if (action.do === 'setClock') vi.setSystemTime(Date.now() + action.ms)
  }

  function check(): void {
    for (const model of models)
      if (isDead(model) && verifier.peek(model.text)) broken.push('memory calls a dead token active')
    for (const { model, signal } of connections) {
      if (signal.aborted && !isDead(model) && !model.mayBeDead)
        broken.push("somebody else's connection ended")
      if (!signal.aborted && isDead(model) && (model.isRevoked || model.isNamed))
        broken.push('the connection of a dead token is open')
    }
  }

  for (const action of steps) {
    await take(action)
    await settle()
    check()
  }

  service.held = undefined
  service.isDown = false
  // A connection of a token that the service rejects ends at the next look.
  for (let round = 0; round < 3; round += 1) {
    for (const release of queue.splice(0)) release()
    await vi.advanceTimersByTimeAsync(windowMs + 1_000)
    await settle()
  }
  await Promise.all(pending)
  check()
  for (const { model, signal } of connections)
    if (!signal.aborted && (isDead(model) || service.dead.has(model.text)))
      broken.push('a look has ended nothing')
  if (vi.getTimerCount() > 1) broken.push('there is more than one timer')
  await verifier.close()
  if (vi.getTimerCount() > 0) broken.push('a timer is left')
  vi.useRealTimers()
  return broken
}

test('nothing reports a dead token alive, and nobody else’s connection ends, in any order of events', async () => {
  const keeps = fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), async (steps) => {
    expect(await run(steps)).toEqual([])
  })
  await expect(fc.assert(keeps, { numRuns: 600 })).resolves.toBeUndefined()
}, 60_000)
