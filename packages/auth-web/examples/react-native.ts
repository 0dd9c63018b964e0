// React Native: copy this file, and give it AsyncStorage and AppState.
//
//   import AsyncStorage from '@react-native-async-storage/async-storage'
//   import { AppState } from 'react-native'
//
//   const { auth } = await openAuth({ env: 'my-env', storage: AsyncStorage, appState: AppState })
//
// React Native's storage is asynchronous, and a session is read synchronously. So what belongs to the session is loaded once, at the start;
// it is read from memory from then on, and each change is written behind, in order. An app that is killed within the few milliseconds of
// such a write loses it: wait for `written()` before you end the app yourself.
import {
  type AuthClient,
  type AuthClientOptions,
  createAuthClient,
  type MiniProgram,
  wxStorageSession,
} from '@tokenward/auth-web/miniprogram'

/** The part of AsyncStorage that is used. */
export interface AsyncStorage {
  getAllKeys(): Promise<readonly string[]>
  getItem(key: string): Promise<string | null>
  setItem(key: string, value: string): Promise<unknown>
  removeItem(key: string): Promise<unknown>
}

/** The part of AppState that is used. */
export interface AppState {
  addEventListener(type: 'change', listener: (state: string) => void): unknown
}

export interface OpenAuthOptions extends Omit<AuthClientOptions, 'fetch' | 'platform' | 'session'> {
  readonly storage: AsyncStorage
  readonly appState: AppState
}

const key = 'access_token'
const isOurs = (name: string): boolean =>
  name === key || name === 'device_id' || name.startsWith('tokenward|')

export async function openAuth({
  storage,
  appState,
  ...options
}: OpenAuthOptions): Promise<{ readonly auth: AuthClient; readonly written: () => Promise<void> }> {
  const entries = new Map<string, string>()
  for (const name of (await storage.getAllKeys()).filter(isOurs))
    entries.set(name, (await storage.getItem(name)) ?? '')

  let lastWrite: Promise<void> = Promise.resolve()
  const writeBehind = (write: () => Promise<unknown>): void => {
    lastWrite = lastWrite.then(write).then(
      () => undefined,
      (error: unknown) => console.warn('the session could not be stored', error),
    )
  }
  const onState = (wanted: string) => (listener: () => void) => {
    appState.addEventListener('change', (state) => {
      if (state === wanted) listener()
    })
  }
  const platform: MiniProgram = {
    request() {
      throw new Error('requests are sent by fetch')
    },
    getStorageSync: (name) => entries.get(name) ?? '',
    getStorageInfoSync: () => ({ keys: [...entries.keys()] }),
    setStorageSync(name, value) {
      entries.set(name, value)
      writeBehind(() => storage.setItem(name, value))
    },
    removeStorageSync(name) {
      entries.delete(name)
      writeBehind(() => storage.removeItem(name))
    },
    onAppShow: onState('active'),
    onAppHide: onState('background'),
  }
  const auth = createAuthClient({
    ...options,
    platform,
    session: wxStorageSession({ key, platform }),
    fetch: (url, init) => fetch(url, init),
  })
  return { auth, written: () => lastWrite }
}
