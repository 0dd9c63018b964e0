import { subscribe, tracingChannel, unsubscribe } from 'node:diagnostics_channel'
import { inspect } from 'node:util'
import { mintToken } from '@tokenward/test-kit/tokens'
import { expect, onTestFinished, test } from 'vitest'
import {
  type Revocation,
  type RevocationSubscriber,
  type TokenVerifier,
  type TokenVerifierOptions,
} from '../../src/index.ts'
import { createTokenVerifier } from '../create-token-verifier.ts'
import { fakeService, keyOf, mint } from '../fake-service.ts'

function listen(verifier: TokenVerifier): Revocation[] {
  const heard: Revocation[] = []
  verifier.onRevoked((revocation) => void heard.push(revocation))
  return heard
}

/** A store that echoes what it is told, and tells what a test makes another process say. */
function createStore(): { options: TokenVerifierOptions; other: () => RevocationSubscriber } {
  const subscribers: RevocationSubscriber[] = []
  return {
    other: () => ({
      onRevoked: (key, until) => subscribers.forEach(({ onRevoked }) => onRevoked(key, until)),
      onCutOff: (cutOff) => subscribers.forEach(({ onCutOff }) => onCutOff?.(cutOff)),
      onAttached: () => undefined,
    }),
    options: {
      store: {
        subscribe(subscriber) {
          subscribers.push(subscriber)
          subscriber.onAttached(true)
          return async () => undefined
        },
        async publish(key, until) {
          for (const { onRevoked } of subscribers) onRevoked(key, until)
          return true
        },
        async publishCutOff(cutOff) {
          for (const { onCutOff } of subscribers) onCutOff?.(cutOff)
          return true
        },
      },
    },
  }
}

test('onRevoked: a revocation of this process is told once, also when the fleet echoes it', async () => {
  const { auth } = fakeService()
  const verifier = createTokenVerifier(auth, createStore().options)
  const heard = listen(verifier)
  const [token, other] = [mintToken({ sub: '7' }), mint()]
  await verifier.revoke(token)
  expect(heard).toEqual([{ key: keyOf(token), sub: '7', source: 'process' }])
  await verifier.revoke(token)
  await auth.revokeToken(other)
  expect(heard.slice(1)).toEqual([{ key: keyOf(other), sub: undefined, source: 'process' }])
})

test('onRevoked: a revocation of another process is told once, with the user where they are known', async () => {
  const { options, other } = createStore()
  const { auth } = fakeService()
  const verifier = createTokenVerifier(auth, options)
  const heard = listen(verifier)
  const [seen, unseen] = [mint(), mintToken({ sub: '8' })]
  await verifier.verifyToken(seen)
  const until = Date.now() + 60_000
  for (const token of [seen, unseen, seen]) other().onRevoked(keyOf(token), until)
  expect(heard).toEqual([
    { key: keyOf(seen), sub: '42', source: 'fleet' },
    { key: keyOf(unseen), sub: undefined, source: 'fleet' },
  ])
})

test('onRevoked: what a store repeats after its end is no news', () => {
  const { options, other } = createStore()
  const verifier = createTokenVerifier(fakeService().auth, options)
  const heard = listen(verifier)
  other().onRevoked(keyOf(mint()), Date.now() - 1)
  other().onCutOff?.({ service: 'https://x', sub: '1', issuedBefore: 1, until: Date.now() - 1 })
  expect(heard).toEqual([])
})

test('onRevoked: the service’s own answer is told once, and only of a token that was active before', async () => {
  const service = fakeService()
  const { options, other } = createStore()
  const clock = { offset: 0 }
  const now = (): number => Date.now() + clock.offset
  const verifier = createTokenVerifier(service.auth, { ...options, now, refusalWindowMs: 0 })
  const heard = listen(verifier)
  const [token, madeUp] = [mintToken({ sub: '9' }), mint()]
  await verifier.verifyToken(token)
  service.dead.add(token).add(madeUp)
  clock.offset = 30_000
  for (let count = 0; count < 3; count += 1)
    for (const dead of [token, madeUp]) await verifier.verifyToken(dead)
  other().onRevoked(keyOf(token), now() + 60_000)
  expect(heard).toEqual([{ key: keyOf(token), sub: '9', source: 'service' }])
})

test('onRevoked: a cut-off is told once in each process', async () => {
  // Users of this test alone: what a process knows of cut-offs is one.
  const { auth } = fakeService()
  const { options, other } = createStore()
  const [one, two] = [createTokenVerifier(auth, options), createTokenVerifier(auth)]
  const [heard, heardToo] = [listen(one), listen(two)]
  const { issuedBefore } = await one.revokeSubject('told-here')
  const cutOff = {
    service: auth.serviceUrl,
    sub: 'told-by-the-fleet',
    issuedBefore: 5,
    until: Date.now() + 60_000,
  }
  other().onCutOff?.(cutOff)
  other().onCutOff?.(cutOff)
  other().onCutOff?.({ ...cutOff, service: 'https://another.example' })
  expect(heard).toEqual([
    { sub: 'told-here', issuedBefore, source: 'process' },
    { sub: 'told-by-the-fleet', issuedBefore: 5, source: 'fleet' },
  ])
  expect(heardToo).toEqual([{ sub: 'told-here', issuedBefore, source: 'process' }])
  // A verifier that no variable holds any more may be collected, and hears nothing then.
  await Promise.all([one.close(), two.close()])
})

test('onRevoked: what a listener throws keeps nobody else from hearing; off and close end it', async () => {
  const verifier = createTokenVerifier(fakeService().auth)
  verifier.onRevoked(() => {
    throw new Error('a listener’s own')
  })
  const heard: Revocation[] = []
  const listener = (revocation: Revocation): void => void heard.push(revocation)
  const off = [verifier.onRevoked(listener), verifier.onRevoked(listener)]
  const token = mint()
  const signal = verifier.signalFor(token)
  await verifier.revoke(token)
  expect([heard.length, signal.aborted]).toEqual([2, true])
  off[0]?.()
  await verifier.revoke(mint())
  expect(heard.length).toBe(3)
  await verifier.close()
  await verifier.revoke(mint())
  expect(heard.length).toBe(3)
})

test('the channel tokenward.revoked tells the same, and the application; never a token', async () => {
  const heard: unknown[] = []
  const hear = (message: unknown): void => void heard.push(message)
  subscribe('tokenward.revoked', hear)
  onTestFinished(() => void unsubscribe('tokenward.revoked', hear))
  const verifier = createTokenVerifier(fakeService().auth)
  const token = mintToken({ sub: '77' })
  await verifier.revoke(token)
  await verifier.revokeSubject('77', { issuedBefore: 1 })
  expect(heard).toEqual([
    { key: keyOf(token), sub: '77', source: 'process', clientId: 'shop' },
    { sub: '77', issuedBefore: 1, source: 'process', clientId: 'shop' },
  ])
  expect(inspect(heard)).not.toContain(token)
})

test('the TracingChannel tokenward:verify shows each check as a span, and never a token', async () => {
  const heard: [string, unknown][] = []
  const note = (name: string) => (message: object) => void heard.push([name, { ...message }])
  const subscribers = {
    start: note('start'),
    end: note('end'),
    asyncStart: note('asyncStart'),
    asyncEnd: note('asyncEnd'),
    error: note('error'),
  }
  const channel = tracingChannel('tokenward:verify')
  channel.subscribe(subscribers)
  onTestFinished(() => channel.unsubscribe(subscribers))
  const service = fakeService()
  const verifier = createTokenVerifier(service.auth)
  const token = mint()
  const span = async (): Promise<string[]> => {
    heard.length = 0
    await verifier.verifyToken(token).catch(() => undefined)
    return heard.map(([name]) => name)
  }
  expect(await span()).toEqual(['start', 'end', 'asyncStart', 'asyncEnd'])
  expect(heard.at(-1)?.[1]).toEqual({ clientId: 'shop', result: expect.objectContaining({ active: true }) })
  expect(await span()).toEqual(['start', 'end'])
  expect(heard.at(-1)?.[1]).toEqual({ clientId: 'shop', result: expect.objectContaining({ active: true }) })
  service.isDown = true
  await verifier.revoke(token).catch(() => undefined)
  expect(await span()).toEqual(['start', 'end', 'error', 'asyncStart', 'asyncEnd'])
  expect(heard.at(-1)?.[1]).toMatchObject({ clientId: 'shop', error: { code: 'api' } })
  expect(inspect(heard, { depth: 9 })).not.toContain(token)
})

test('onRevoked: a listener whose promise rejects ends no process, and keeps no other from hearing', async () => {
  const unhandled: unknown[] = []
  const onUnhandled = (reason: unknown): void => void unhandled.push(reason)
  process.on('unhandledRejection', onUnhandled)
  onTestFinished(() => void process.off('unhandledRejection', onUnhandled))
  const { auth } = fakeService()
  const verifier = createTokenVerifier(auth)
  const broken: unknown = async () => Promise.reject(new Error('the listener failed'))
  verifier.onRevoked(broken as () => void)
  const heard = listen(verifier)
  await verifier.revoke(mint())
  await new Promise((resolve) => setImmediate(resolve))
  expect(heard).toHaveLength(1)
  expect(unhandled).toEqual([])
})

test('onRevoked: a listener that is no function is told what is expected', () => {
  const verifier = createTokenVerifier(fakeService().auth)
  expect(() => verifier.onRevoked(5 as unknown as () => void)).toThrow('listener must be a function')
})
