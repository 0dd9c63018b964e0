import type { MiniProgram, MiniProgramAnswer } from '../../src/miniprogram.ts'
import type { Device, Timers } from './device.ts'

/** What the vendor's SDK calls beside what we call. */
interface VendorCalls {
  clearStorageSync(): void
  getSystemInfoSync(): object
  getDeviceInfo(): object
  getAccountInfoSync(): object
  connectSocket(): never
}

interface GivenRequest {
  readonly url: string
  readonly method?: string
  readonly header?: Record<string, string>
  readonly data?: unknown
  readonly responseType?: string
  readonly success?: (answer: MiniProgramAnswer) => void
  readonly fail?: (failure: { errMsg: string }) => void
  readonly complete?: (result: { errMsg: string }) => void
}

type AppEvent = 'AppShow' | 'AppHide' | 'NetworkStatusChange'

/** A made-up `wx`, over the storage of a device and the network of this machine. */
export interface FakeWx {
  readonly wx: MiniProgram & VendorCalls
  readonly fire: (event: AppEvent, status?: object) => void
  /** How many listeners an event has. */
  readonly listeners: (event: AppEvent) => number
  readonly requests: GivenRequest[]
}

function readHeader(response: Response): Record<string, string> {
  return Object.fromEntries([...response.headers].map(([name, value]) => [capitalize(name), value]))
}

// As the service spells it, which a phone does not change.
const capitalize = (name: string): string => name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase())

export function createFakeWx(device: Device, timers: Timers): FakeWx {
  const { entries } = device

  const listeners = new Map<AppEvent, Set<(status: object) => void>>()
  const of = (event: AppEvent): Set<(status: object) => void> => {
    const found = listeners.get(event) ?? new Set()
    listeners.set(event, found)
    return found
  }
  const on = (event: AppEvent) => (listener: (status: never) => void) =>
    void of(event).add(listener as (status: object) => void)
  const off = (event: AppEvent) => (listener: (status: never) => void) =>
    void of(event).delete(listener as (status: object) => void)
  const requests: GivenRequest[] = []

  async function answer(given: GivenRequest, signal: AbortSignal): Promise<MiniProgramAnswer> {
    if (!device.isOnline) throw new TypeError('offline')
    const { method = 'GET', header = {}, data } = given
    const body =
      data === undefined || method === 'GET' ? null : typeof data === 'string' ? data : JSON.stringify(data)
    const response = await fetch(given.url, { method, headers: header, body, signal, redirect: 'manual' })
    const bytes = await response.arrayBuffer()
    const text = new TextDecoder().decode(bytes)
    const parse = (): string | object => {
      try {
        return JSON.parse(text) as object
      } catch {
        return text
      }
    }
    return {
      statusCode: response.status,
      header: readHeader(response),
      data: given.responseType === 'arraybuffer' ? bytes : parse(),
    }
  }

  const wx: MiniProgram & VendorCalls = {
    request(request) {
      const given = request as GivenRequest
      requests.push(given)
      const controller = new AbortController()
      const finish = async (): Promise<void> => {
        const result = await answer(given, controller.signal).catch(() => undefined)
        if (timers.hasEnded()) return
        const errMsg = controller.signal.aborted ? 'request:fail abort' : 'request:fail timeout'
        if (result) given.success?.(result)
        else given.fail?.({ errMsg })
        given.complete?.({ errMsg: result ? 'request:ok' : errMsg })
      }
      void finish()
      return { abort: () => controller.abort() }
    },
    getStorageSync: (key) => entries.get(key) ?? '',
    setStorageSync: (key, value) => void entries.set(key, value),
    removeStorageSync: (key) => void entries.delete(key),
    getStorageInfoSync: () => ({ keys: [...entries.keys()] }),
    onAppShow: on('AppShow'),
    offAppShow: off('AppShow'),
    onAppHide: on('AppHide'),
    offAppHide: off('AppHide'),
    onNetworkStatusChange: on('NetworkStatusChange'),
    offNetworkStatusChange: off('NetworkStatusChange'),
    clearStorageSync: () => entries.clear(),
    getSystemInfoSync: () => ({ AppPlatform: '', platform: 'ios' }),
    getDeviceInfo: () => ({ platform: 'ios' }),
    getAccountInfoSync: () => ({ miniProgram: { appId: 'wx0000000000000000' } }),
    connectSocket() {
      throw new Error('no sockets here')
    },
  }
  return {
    wx,
    requests,
    listeners: (event) => of(event).size,
    fire(event, status = {}) {
      for (const listener of of(event)) if (!timers.hasEnded()) listener(status)
    },
  }
}
