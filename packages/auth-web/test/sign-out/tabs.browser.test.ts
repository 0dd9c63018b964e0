import cloudbase from '@cloudbase/js-sdk'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { AuthClient } from '../../src/index.ts'
import { baseUrl, fail, issueToken, stateOf } from '../bed/relay.ts'
import { closeTabs, openTab, type Tab } from '../bed/tab.ts'
import { eventually } from '@tokenward/test-kit/eventually'

interface OpenTab extends Tab {
  readonly auth: AuthClient
  readonly heard: string[]
}

const key = 'token_of_the_app'

/** Tabs that share a session in localStorage. */
async function openShared(prepare?: (window: Tab['window']) => void): Promise<OpenTab> {
  const tab = await openTab(prepare)
  const session = tab.web.webStorageSession({ key })
  const auth = tab.web.createAuthClient({ baseUrl, clientId: 'shop', session })
  return { ...tab, auth, heard: listen(auth) }
}

/** A tab with a session of its own. */
async function openOwn(token: string, prepare?: (window: Tab['window']) => void): Promise<OpenTab> {
  const tab = await openTab(prepare)
  const auth = tab.web.createAuthClient({ baseUrl, clientId: 'shop' })
  auth.session.write(token)
  return { ...tab, auth, heard: listen(auth) }
}

function listen(auth: AuthClient): string[] {
  const heard: string[] = []
  auth.onSignedOut(({ source }) => heard.push(source))
  return heard
}

beforeEach(() => localStorage.clear())
afterEach(closeTabs)

test.each([2, 5])('signOut: %i tabs with one session are all signed out, and told', async (count) => {
  const tabs = await Promise.all(Array.from({ length: count }, () => openShared()))
  const [first, ...others] = tabs
  const token = await issueToken()
  localStorage.setItem(key, token)
  expect(tabs.map(({ auth }) => auth.session.read())).toEqual(tabs.map(() => token))
  await expect(first?.auth.signOut()).resolves.toEqual({ local: 'cleared', remote: 'revoked' })
  expect(tabs.map(({ auth }) => auth.session.read())).toEqual(tabs.map(() => undefined))
  await eventually(() => expect(others.map(({ heard }) => heard)).toEqual(others.map(() => ['other_tab'])))
  expect(first?.heard).toEqual(['this_tab'])
  expect(await stateOf(token)).toBe('revoked')
})

test('signOut: in two tabs at once is harmless, and each says what happened', async () => {
  const [one, two] = [await openShared(), await openShared()]
  const token = await issueToken()
  localStorage.setItem(key, token)
  const results = await Promise.all([one.auth.signOut(), two.auth.signOut()])
  expect(results[0]).toEqual({ local: 'cleared', remote: 'revoked' })
  expect(results[1].local).toBe('absent')
  expect(await stateOf(token)).toBe('revoked')
})

test('signOut: tabs that each keep a token of the same user follow, and every token dies', async () => {
  const tokens = await Promise.all([1, 2, 3].map(() => issueToken({ sub: 'follower' })))
  const tabs = await Promise.all(tokens.map((token) => openOwn(token)))
  await tabs[0]?.auth.signOut()
  await eventually(() =>
    expect(tabs.map(({ auth }) => auth.session.read())).toEqual([undefined, undefined, undefined]),
  )
  await eventually(async () =>
    expect(await Promise.all(tokens.map(stateOf))).toEqual(['revoked', 'revoked', 'revoked']),
  )
})

test('invariant 7: a tab signed in as another user ignores it', async () => {
  const [mine, theirs] = [await issueToken({ sub: 'me' }), await issueToken({ sub: 'they' })]
  const [one, two] = [await openOwn(mine), await openOwn(theirs)]
  const witness = await openOwn(await issueToken({ sub: 'me' }))
  await one.auth.signOut()
  await eventually(() => expect(witness.heard).toEqual(['other_tab']))
  expect(two.auth.session.read()).toBe(theirs)
  expect(two.heard).toEqual([])
  expect(await stateOf(theirs)).toBe('active')
})

test('invariant 7: a newer session of the same user in shared storage is left alone', async () => {
  const [old, newer] = [await issueToken({ sub: 'me' }), await issueToken({ sub: 'me' })]
  const one = await openOwn(old)
  const two = await openShared()
  localStorage.setItem(key, newer)
  await one.auth.signOut()
  const witness = await openOwn(await issueToken({ sub: 'me' }))
  await openOwn(await issueToken({ sub: 'me' })).then(({ auth }) => auth.signOut())
  await eventually(() => expect(witness.heard).toEqual(['other_tab']))
  expect(two.auth.session.read()).toBe(newer)
  expect(await stateOf(newer)).toBe('active')
})

test('invariant 7: a tab whose user has changed since a refresh is not ended with its former user', async () => {
  const old = await issueToken({ sub: 'me' })
  const [a, c] = [await openOwn(old), await openOwn(old)]
  const witness = await openOwn(await issueToken({ sub: 'me' }))
  const [refreshed, theirs] = [await issueToken({ sub: 'me' }), await issueToken({ sub: 'they' })]
  await a.auth.updateSession(() => Promise.resolve(refreshed))
  await a.auth.updateSession(() => Promise.resolve(theirs))
  await c.auth.signOut()
  await eventually(() => expect(witness.heard).toEqual(['other_tab']))
  expect(a.auth.session.read()).toBe(theirs)
  expect(a.heard).toEqual([])
  expect(await stateOf(theirs)).toBe('active')
})

test('signOut: a tab that has refreshed an opaque token follows the tab that holds the old one', async () => {
  const [a, c] = [await openOwn('opaque-1'), await openOwn('opaque-1')]
  await a.auth.updateSession(() => Promise.resolve('opaque-2'))
  await c.auth.signOut()
  await eventually(() => expect(a.heard).toEqual(['other_tab']))
  expect(a.auth.session.read()).toBeUndefined()
})

test('watchSession: an old tab whose token is rejected ends no newer session of the same user', async () => {
  const [old, newer] = [await issueToken({ sub: 'me' }), await issueToken({ sub: 'me' })]
  // A page that is driven in the background is hidden in some engines, and asks nothing then.
  const show = ({ document }: Tab['window']): unknown =>
    Object.defineProperty(document, 'visibilityState', { value: 'visible' })
  const [oldTab, sameTab, newTab] = [await openOwn(old, show), await openOwn(old), await openOwn(newer)]
  await oldTab.auth.revokeToken(old)
  const stop = oldTab.auth.watchSession({ everyMs: 1_000 })
  oldTab.window.dispatchEvent(new Event('visibilitychange'))
  await eventually(() => expect(oldTab.heard).toEqual(['service']))
  stop()
  // A tab that holds the same token is concerned.
  await eventually(() => expect(sameTab.heard).toEqual(['other_tab']))
  expect(newTab.auth.session.read()).toBe(newer)
  expect(newTab.heard).toEqual([])
  expect(await stateOf(newer)).toBe('active')
})

test.each([{ kind: 'a record' }, 7, null, '', '1.2', ['1.2.3'], 'x.y.z'])(
  'a foreign message on the channel (%j) is no error, and ends nothing',
  async (message) => {
    const token = await issueToken()
    const errors: unknown[] = []
    const tab = await openOwn(token, (window) => {
      window.addEventListener('error', ({ error }) => errors.push(error))
    })
    const foreign = new BroadcastChannel(`tokenward|${baseUrl}|shop|memory|`)
    // A channel takes no target origin.
    // oxlint-disable-next-line unicorn/require-post-message-target-origin
    foreign.postMessage(message)
    const other = await openOwn(await issueToken({ sub: 'of another session' }))
    await other.auth.signOut()
    foreign.close()
    expect(tab.auth.session.read()).toBe(token)
    expect(errors).toEqual([])
  },
)

test('close: a closed client hears nothing any more, and leaves no channel and no listener behind', async () => {
  const open = new Set<BroadcastChannel>()
  const listeners = new Set<unknown>()
  const { web } = await openTab((window) => {
    const Channel = window.BroadcastChannel
    Object.assign(window, {
      BroadcastChannel: class extends Channel {
        constructor(name: string) {
          super(name)
          open.add(this)
        }
        override close(): void {
          open.delete(this)
          super.close()
        }
      },
      addEventListener: (type: string, listener: unknown) => listeners.add(`${type} ${String(listener)}`),
      removeEventListener: (type: string, listener: unknown) =>
        listeners.delete(`${type} ${String(listener)}`),
    })
  })
  for (let reloads = 0; reloads < 30; reloads += 1) {
    const auth = web.createAuthClient({ baseUrl, clientId: 'shop' })
    auth.watchSession({ everyMs: 60_000 })
    expect(open.size).toBe(1)
    auth.close()
    expect([open.size, listeners.size]).toEqual([0, 0])
  }
})

test('signOut: storage events carry it where there is no BroadcastChannel that works', async () => {
  class Mute extends EventTarget {
    postMessage(): void {}
    close(): void {}
  }
  const mute = (window: Tab['window']): void => void Object.assign(window, { BroadcastChannel: Mute })
  const token = await issueToken()
  localStorage.setItem(key, token)
  const [one, two] = [await openShared(mute), await openShared(mute)]
  await one.auth.signOut()
  await eventually(() => expect(two.heard).toEqual(['other_tab']))
})

test('signOut: a channel carries it where storage is blocked', async () => {
  const block = (window: Tab['window']): void => {
    for (const name of ['localStorage', 'sessionStorage'])
      Object.defineProperty(window, name, {
        get() {
          throw new DOMException('blocked', 'SecurityError')
        },
      })
  }
  const tokens = await Promise.all([issueToken({ sub: 'private' }), issueToken({ sub: 'private' })])
  const [one, two] = [await openShared(block), await openShared(block)]
  one.auth.session.write(tokens[0])
  two.auth.session.write(tokens[1])
  await expect(one.auth.signOut()).resolves.toEqual({ local: 'cleared', remote: 'revoked' })
  await eventually(() => expect(two.heard).toEqual(['other_tab']))
  expect(two.auth.session.read()).toBeUndefined()
  await eventually(async () => expect(await stateOf(tokens[1])).toBe('revoked'))
})

test('invariant 6: a refresh in another tab that ends after the sign-out is not kept, and its token dies', async () => {
  const [old, late] = [await issueToken({ sub: 'me' }), await issueToken({ sub: 'me' })]
  localStorage.setItem(key, old)
  const [one, two] = [await openShared(), await openShared()]
  let answer: (token: string) => void = () => undefined
  const kept = two.auth.updateSession(() => new Promise((resolve) => (answer = resolve)))
  await one.auth.signOut()
  answer(late)
  await expect(kept).resolves.toBe(false)
  expect(localStorage.getItem(key)).toBeNull()
  await eventually(async () => expect(await stateOf(late)).toBe('revoked'))
})

test('invariant 2: what goes from tab to tab is no token and no part of one', async () => {
  const messages: unknown[] = []
  const ear = new BroadcastChannel(`tokenward|${baseUrl}|shop|memory|`)
  ear.addEventListener('message', ({ data }) => messages.push(data))
  const token = await issueToken({ sub: 'subject-of-this-test' })
  const tab = await openOwn(token)
  await tab.auth.signOut()
  await eventually(() => expect(messages).toHaveLength(1))
  ear.close()
  const said = [...messages, JSON.stringify(localStorage)].join()
  expect(said).not.toContain('subject-of-this-test')
  for (const part of token.split('.')) expect(said).not.toContain(part.slice(0, 8))
})

test('pendingStore: a reload finds what is pending, and delivers it when the service is back', async () => {
  const token = await issueToken()
  const heal = await fail({ token, status: 503 })
  const before = await openTab()
  const session = before.web.webStorageSession({ key })
  session.write(token)
  const options = { baseUrl, clientId: 'shop', session, pendingStore: 'local', maxRetries: 0 } as const
  const result = await before.web.createAuthClient(options).signOut()
  expect(result).toMatchObject({ local: 'cleared', remote: 'pending', error: { status: 503 } })
  closeTabs()
  await heal()
  const { web } = await openTab()
  const auth = web.createAuthClient({ ...options, session: web.webStorageSession({ key }) })
  expect(auth.pendingRevocations()).toBe(1)
  await eventually(async () => expect(await stateOf(token)).toBe('revoked'))
  await eventually(() => expect(auth.pendingRevocations()).toBe(0))
})

test('pendingRevocations: offline, then online', async () => {
  let isOnline = false
  const { web, window } = await openTab()
  const token = await issueToken()
  const auth = web.createAuthClient({
    baseUrl,
    clientId: 'shop',
    maxRetries: 0,
    fetch: (url, init) => (isOnline ? fetch(url, init) : Promise.reject(new TypeError('Failed to fetch'))),
  })
  auth.session.write(token)
  expect(await auth.signOut()).toMatchObject({
    local: 'cleared',
    remote: 'pending',
    error: { code: 'network' },
  })
  expect(auth.pendingRevocations()).toBe(1)
  isOnline = true
  window.dispatchEvent(new window.Event('online'))
  await eventually(async () => expect(await stateOf(token)).toBe('revoked'))
  await eventually(() => expect(auth.pendingRevocations()).toBe(0))
})

test('pageshow: a page from the back/forward cache learns that its session has ended', async () => {
  const token = await issueToken()
  localStorage.setItem(key, token)
  const [front, cached] = [await openShared(), await openShared()]
  const fire = (type: string): unknown =>
    cached.window.dispatchEvent(new cached.window.PageTransitionEvent(type, { persisted: true }))
  fire('pagehide')
  await front.auth.signOut()
  fire('pageshow')
  await eventually(() => expect(cached.heard).toEqual(['back_forward_cache']))
})

test('pageshow: a page from the back/forward cache whose session lives hears nothing', async () => {
  localStorage.setItem(key, await issueToken({ sub: 'me' }))
  const { window, heard, auth } = await openShared()
  window.dispatchEvent(new window.PageTransitionEvent('pagehide', { persisted: true }))
  localStorage.setItem(key, await issueToken({ sub: 'me' }))
  window.dispatchEvent(new window.PageTransitionEvent('pageshow', { persisted: true }))
  await auth.verifyToken('x')
  expect(heard).toEqual([])
})

test('onSessionEvent: another tab hears of a sign-in, of the next user, and of a storage that was cleared', async () => {
  const [one, two] = [await openShared(), await openShared()]
  const events: unknown[] = []
  two.auth.onSessionEvent((event) => events.push(event))
  await one.auth.updateSession(() => issueToken({ sub: 'first' }))
  await eventually(() => expect(events).toEqual([{ type: 'signed_in', user: 'first' }]))
  one.window.localStorage.setItem(key, await issueToken({ sub: 'second' }))
  await eventually(() => expect(events.slice(1)).toEqual([{ type: 'signed_in', user: 'second' }]))
  one.window.localStorage.clear()
  await eventually(() => expect(events.slice(2)).toEqual([{ type: 'signed_out', source: 'vanished' }]))
  expect(two.heard).toEqual(['vanished'])
})

test("onSignedOut: another tab hears of a sign-out by the vendor's SDK", async () => {
  const tab = await openTab()
  const session = tab.web.cloudbaseSession({ env: 'shop' })
  const auth = tab.web.createAuthClient({ baseUrl, session })
  const app = cloudbase.init({ env: 'shop' })
  app.registerEndPointWithKey({ key: 'GATEWAY', url: `//${new URL(baseUrl).host}/v1`, protocol: 'http' })
  await app.auth().signInAnonymously()
  const heard = listen(auth)
  await app.auth().signOut()
  await eventually(() => expect(heard).toEqual(['vanished']))
})
