// How the client suite opens an app on each platform.
import type * as reactNativeRecipe from '../../examples/react-native.ts'
import type * as miniProgramEntry from '../../src/miniprogram.ts'
import type { MiniProgram, MiniProgramTask } from '../../src/miniprogram.ts'
import type * as webEntry from '../../src/index.ts'
import { bundleMiniProgram, bundleReactNative, bundleWeb } from './bundles.ts'
import { createTimers, type Device, type Timers } from './device.ts'
import { createFakeWx, type FakeWx } from './fake-wx.ts'
import {
  miniProgram,
  miniProgramPlugin,
  miniProgramWithoutProxy,
  oldWebView,
  reactNative,
  safari14,
  strictPage,
} from './platforms/platforms.ts'
import type { Feature } from './features.ts'
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
  readonly createClient: (options: ClientOptions) => Client | Promise<Client>
  readonly isAuthError: (value: unknown) => boolean
  /** The user comes back to the app, or the network does. */
  readonly comeBack: () => void
  readonly comeOnline: () => void
  /** Waits until the device has stored what the app has said. */
  readonly written?: () => Promise<void>
  /** The app is gone without a word: its timers stop, and no answer reaches it. */
  readonly kill: () => void
}

/** A way to open apps of one platform. */
export interface Host {
  readonly facts: PlatformFacts
  /** What does not exist on this platform. */
  readonly without?: readonly Feature[]
  readonly open: (device: Device) => Promise<App>
}

interface MiniProgramKind {
  /** Methods that the app object does not have. */
  readonly lacks?: readonly (keyof MiniProgram)[]
  /** What becomes of `wx` in a framework, whose object is then given as `platform`. */
  readonly shape?: (wx: MiniProgram) => MiniProgram
  readonly without?: readonly Feature[]
}

function openMiniProgram(facts: PlatformFacts, kind: MiniProgramKind = {}): Host {
  const { lacks = [], shape, without = [] } = kind
  return {
    facts,
    without,
    async open(device) {
      const timers = createTimers()
      const fake = createFakeWx(device, timers)
      for (const name of lacks) Reflect.deleteProperty(fake.wx, name)
      const realm = createRealm(facts, { ...(!shape && { wx: fake.wx }), ...timersOf(timers) })
      const entry = realm.load(await bundleMiniProgram()) as typeof miniProgramEntry
      const given = shape ? { platform: shape(fake.wx) } : {}
      return {
        realm,
        wx: fake,
        isAuthError: entry.isAuthError,
        createClient(options) {
          const session = entry.wxStorageSession({ key: 'access_token', ...given })
          return entry.createAuthClient({ ...options, session, ...given })
        },
        comeBack: () => fake.fire('AppShow'),
        comeOnline: () => fake.fire('NetworkStatusChange', { isConnected: true, networkType: 'wifi' }),
        kill: timers.end,
      }
    },
  }
}

/** `uni.request` knows no `redirect`, and hands over the task. */
const uniOf = (wx: MiniProgram): MiniProgram => ({
  ...wx,
  request: ({ redirect: _redirect, ...request }) => wx.request({ ...request, redirect: 'manual' }),
})

/** `Taro.request` returns a promise that is the task as well, and rejects when the request fails. */
const taroOf = (wx: MiniProgram): MiniProgram => ({
  ...wx,
  request(request) {
    let task: MiniProgramTask | void
    const settled = new Promise((resolve, reject) => {
      task = wx.request({
        ...request,
        success(answer) {
          request.success(answer)
          resolve(answer)
        },
        fail(failure) {
          request.fail(failure)
          reject(new Error(failure.errMsg))
        },
      })
    })
    return Object.assign(settled, { abort: () => task?.abort?.() })
  },
})

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

/** React Native by the recipe in `examples`: an app has one client, and its storage answers a moment later. */
const reactNativeHost: Host = {
  facts: reactNative,
  without: ['other pages'],
  async open(device) {
    const timers = createTimers()
    const state = new EventTarget()
    const { Headers, FormData, Request, Response, URL, URLSearchParams } = globalThis
    const realm = createRealm(reactNative, {
      ...timersOf(timers),
      ...createOldAbort(),
      Headers,
      FormData,
      Request,
      Response,
      URL,
      URLSearchParams,
      performance,
      queueMicrotask,
      console,
      fetch: createFetch(device, false, timers.hasEnded),
    })
    const entry = realm.load(await bundleMiniProgram()) as typeof miniProgramEntry
    const recipe = realm.load(await bundleReactNative(), {
      '@tokenward/auth-web/miniprogram': entry,
    }) as typeof reactNativeRecipe
    const { entries } = device
    const later = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
    const storage: reactNativeRecipe.AsyncStorage = {
      getAllKeys: () => later().then(() => [...entries.keys()]),
      getItem: (key) => later().then(() => entries.get(key) ?? null),
      setItem: (key, value) => later().then(() => void entries.set(key, value)),
      removeItem: (key) => later().then(() => void entries.delete(key)),
    }
    const appState: reactNativeRecipe.AppState = {
      addEventListener: (type, listener) =>
        state.addEventListener(type, (event) => listener((event as CustomEvent<string>).detail)),
    }
    const change = (detail: string): void => {
      if (!timers.hasEnded()) state.dispatchEvent(new CustomEvent('change', { detail }))
    }
    let written: () => Promise<void> = () => Promise.resolve()
    return {
      realm,
      isAuthError: entry.isAuthError,
      async createClient(options) {
        const opened = await recipe.openAuth({ ...options, storage, appState })
        ;({ written } = opened)
        return opened.auth
      },
      written: () => written(),
      comeBack: () => change('active'),
      comeOnline: () => change('active'),
      kill: timers.end,
    }
  },
}

const appEvents = ['onAppShow', 'offAppShow', 'onAppHide', 'offAppHide'] as const

/** The platforms, in the order of the README's table. */
export const hosts: readonly Host[] = [
  openMiniProgram(miniProgram),
  // Vue needs Proxy.
  openMiniProgram(miniProgramWithoutProxy, { without: ['hooks'] }),
  openMiniProgram(miniProgramPlugin, { lacks: appEvents }),
  openMiniProgram({ ...miniProgram, name: 'uni-app' }, { shape: uniOf }),
  openMiniProgram({ ...miniProgram, name: 'Taro' }, { shape: taroOf }),
  reactNativeHost,
  openPage(safari14, { hasOldAbort: true, hasChannel: false }),
  openPage(oldWebView, { hasOldAbort: true, hasChannel: true }),
  openPage(strictPage, { hasOldAbort: false, hasChannel: true }),
]
