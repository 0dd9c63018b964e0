// How the client suite opens an app on each platform.
import type * as miniProgramEntry from '../../src/miniprogram.ts'
import type * as webEntry from '../../src/index.ts'
import { bundleMiniProgram, bundleWeb } from './bundles.ts'
import { createTimers, type Device, type Timers } from './device.ts'
import { createFakeWx, type FakeWx } from './fake-wx.ts'
import {
  miniProgram,
  miniProgramPlugin,
  oldWebView,
  reactNative,
  safari14,
  strictPage,
} from './platforms/platforms.ts'
import { createRealm, type PlatformFacts, type Realm } from './realm.ts'

type Client = webEntry.AuthClient
type ClientOptions = Pick<
  webEntry.AuthClientOptions,
  'baseUrl' | 'clientId' | 'maxRetries' | 'timeoutMs' | 'onResponse'
>

/** An app that runs on a device. */
export interface App {
  readonly realm: Realm
  readonly wx?: FakeWx
  /** Creates a client whose session is kept under the key `access_token`. */
  readonly createClient: (options: ClientOptions) => Client
  readonly isAuthError: (value: unknown) => boolean
  /** The user comes back to the app, or the network does. */
  readonly comeBack: () => void
  readonly comeOnline: () => void
  /** The app is gone without a word: its timers stop, and no answer reaches it. */
  readonly kill: () => void
}

/** A way to open apps of one platform. */
export interface Host {
  readonly facts: PlatformFacts
  readonly open: (device: Device) => Promise<App>
}

function openMiniProgram(facts: PlatformFacts, lacks: readonly string[] = []): Host {
  return {
    facts,
    async open(device) {
      const timers = createTimers()
      const fake = createFakeWx(device, timers)
      for (const name of lacks) Reflect.deleteProperty(fake.wx, name)
      const { wx } = fake
      const realm = createRealm(facts, { wx, ...timersOf(timers) })
      const entry = realm.load(await bundleMiniProgram()) as typeof miniProgramEntry
      const open: Client[] = []
      return {
        realm,
        wx: fake,
        isAuthError: entry.isAuthError,
        createClient(options) {
          const session = entry.wxStorageSession({ key: 'access_token' })
          const client = entry.createAuthClient({ ...options, session })
          open.push(client)
          return client
        },
        comeBack: () => fake.fire('AppShow'),
        comeOnline: () => fake.fire('NetworkStatusChange', { isConnected: true, networkType: 'wifi' }),
        kill: timers.end,
      }
    },
  }
}

function timersOf({ hasEnded, end, ...timers }: Timers): Omit<Timers, 'hasEnded' | 'end'> {
  void hasEnded
  void end
  return timers
}

/** An `AbortController` of old engines and of React Native: no `reason`, and no static methods. */
function createOldAbort(): Record<'AbortController' | 'AbortSignal', unknown> {
  class OldSignal {
    aborted = false
    readonly #target = new EventTarget()
    addEventListener(type: string, listener: () => void): void {
      this.#target.addEventListener(type, listener)
    }
    removeEventListener(type: string, listener: () => void): void {
      this.#target.removeEventListener(type, listener)
    }
    dispatchEvent(event: Event): boolean {
      return this.#target.dispatchEvent(event)
    }
  }
  class OldController {
    readonly signal = new OldSignal()
    abort(): void {
      if (this.signal.aborted) return
      this.signal.aborted = true
      this.signal.dispatchEvent(new Event('abort'))
    }
  }
  return { AbortController: OldController, AbortSignal: OldSignal }
}

/** The network of a device, as a `fetch`. Where the platform has no streams, the answer has text alone. */
function createFetch(
  device: Device,
  hasStreams: boolean,
  hasEnded: () => boolean,
): (url: string, init: RequestInit) => Promise<unknown> {
  return async (url: string, init: RequestInit): Promise<unknown> => {
    const controller = new AbortController()
    init.signal?.addEventListener('abort', () => controller.abort())
    if (!device.isOnline) throw new TypeError('Network request failed')
    const { signal: _signal, keepalive: _keepalive, ...rest } = init
    const response = await fetch(url, { ...rest, signal: controller.signal })
    if (hasEnded()) return new Promise(() => undefined)
    if (hasStreams) return response
    const text = response.text()
    return { status: response.status, ok: response.ok, headers: response.headers, text: () => text }
  }
}

/** The web storage of a page; the other pages of the device hear of changes. */
function createStorage({ entries, running }: Device, self: (key: string) => void): Storage {
  const tell = (key: string): void => {
    for (const hear of running) if (hear !== self) setTimeout(hear, 0, key)
  }
  return {
    get length() {
      return entries.size
    },
    key: (index) => [...entries.keys()][index] ?? null,
    getItem: (key) => entries.get(key) ?? null,
    setItem(key, value) {
      entries.set(key, value)
      tell(key)
    },
    removeItem(key) {
      entries.delete(key)
      tell(key)
    },
    clear: () => entries.clear(),
  }
}

interface PageKind {
  readonly hasOldAbort: boolean
  readonly hasChannel: boolean
}

function openPage(facts: PlatformFacts, { hasOldAbort, hasChannel }: PageKind): Host {
  return {
    facts,
    async open(device) {
      const timers = createTimers()
      const page = new EventTarget()
      const fire = (type: string): void => {
        if (!timers.hasEnded()) page.dispatchEvent(new Event(type))
      }
      const hear = (): void => fire('storage')
      device.running.add(hear)
      const { TextDecoder, Headers, FormData, Request, Response, URL, URLSearchParams } = globalThis
      const realm = createRealm(facts, {
        ...timersOf(timers),
        ...(hasOldAbort ? createOldAbort() : { AbortController, AbortSignal }),
        ...(hasChannel && { BroadcastChannel }),
        TextDecoder,
        Headers,
        FormData,
        Request,
        Response,
        URL,
        URLSearchParams,
        atob,
        crypto,
        performance,
        queueMicrotask,
        fetch: createFetch(device, true, timers.hasEnded),
        document: { visibilityState: 'visible' },
        location: { href: 'https://shop.example/' },
        localStorage: createStorage(device, hear),
        addEventListener: page.addEventListener.bind(page),
        removeEventListener: page.removeEventListener.bind(page),
      })
      const entry = realm.load(await bundleWeb()) as typeof webEntry
      return {
        realm,
        isAuthError: entry.isAuthError,
        createClient: (options) =>
          entry.createAuthClient({ ...options, session: entry.webStorageSession({ key: 'access_token' }) }),
        comeBack: () => fire('visibilitychange'),
        comeOnline: () => fire('online'),
        kill() {
          device.running.delete(hear)
          timers.end()
        },
      }
    },
  }
}

export const miniProgramHost: Host = openMiniProgram(miniProgram)

/** A plugin has fewer methods on its `wx`. */
export const pluginHost: Host = openMiniProgram(miniProgramPlugin, [
  'onAppShow',
  'offAppShow',
  'onAppHide',
  'offAppHide',
])

export const hosts: readonly Host[] = [
  miniProgramHost,
  pluginHost,
  openPage(safari14, { hasOldAbort: true, hasChannel: false }),
  openPage(oldWebView, { hasOldAbort: true, hasChannel: true }),
  openPage(strictPage, { hasOldAbort: false, hasChannel: true }),
]
void reactNative
export { createFetch, createOldAbort, timersOf }
