// A client on a page whose channel and storage the test holds in its hands.
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type AuthClient, createAuthClient } from '../../src/index.ts'
import { type FakeService, createFakeService } from '@tokenward/test-kit/fake-service'
import { mintToken } from '../bed/tokens.ts'
import { fakeStorage } from '../bed/fake-storage.ts'

let page: EventTarget

beforeEach(() => {
  page = new EventTarget()
  vi.stubGlobal('location', {})
  vi.stubGlobal('addEventListener', page.addEventListener.bind(page))
})
afterEach(() => void vi.unstubAllGlobals())

function open(token: string): { auth: AuthClient; service: FakeService } {
  const service = createFakeService()
  const auth = createAuthClient({ env: 'shop', fetch: service.fetch })
  auth.session.write(token)
  return { auth, service }
}

/** A channel that brings what the test sends. */
function stubChannel(): EventTarget {
  const channel = new EventTarget()
  vi.stubGlobal(
    'BroadcastChannel',
    vi.fn(function Channel() {
      return channel
    }),
  )
  return channel
}

function Refused(): never {
  throw new DOMException('not here', 'SecurityError')
}

test.each([
  ['missing', undefined],
  ['refused', Refused],
])('createAuthClient: where a channel is %s, it signs out all the same', async (_how, Channel) => {
  vi.stubGlobal('BroadcastChannel', Channel)
  const { auth } = open(mintToken())
  await expect(auth.signOut()).resolves.toEqual({ local: 'cleared', remote: 'revoked' })
})

test('signOut: a page that signs out while it closes revokes the token', async () => {
  const token = mintToken()
  const { auth, service } = open(token)
  page.dispatchEvent(new Event('pagehide'))
  await expect(auth.signOut()).resolves.toEqual({ local: 'cleared', remote: 'revoked' })
  expect(service.isAlive(token)).toBe(false)
})

test.each(['x', '7.'])('invariant 7: a message that is not ours (%s) ends no session', async (data) => {
  const channel = stubChannel()
  const token = mintToken()
  const { auth } = open(token)
  const heard = vi.fn<() => void>()
  auth.onSignedOut(heard)
  channel.dispatchEvent(new MessageEvent('message', { data }))
  await Promise.resolve()
  expect(auth.session.read()).toBe(token)
  expect(heard).not.toHaveBeenCalled()
})

test('invariant 7: an ended session that storage still shows ends no later session of the same user', async () => {
  vi.stubGlobal('localStorage', fakeStorage())
  await open(mintToken({ sub: 'user-1' })).auth.signOut()
  const token = mintToken({ sub: 'user-1' })
  const { auth, service } = open(token)
  page.dispatchEvent(new Event('storage'))
  page.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }))
  expect(auth.session.read()).toBe(token)
  expect(service.requests).toEqual([])
})
