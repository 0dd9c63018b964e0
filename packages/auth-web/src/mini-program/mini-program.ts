import { assertArgument } from '@tokenward/auth-core'

/** A request that is on its way. */
export interface MiniProgramTask {
  abort?(): void
}

/** What is read of an answer. */
export interface MiniProgramAnswer {
  readonly statusCode: number
  readonly header: object
  /** The whole body: an `ArrayBuffer`, as asked for; text from a platform that knows no other. */
  readonly data: string | object
}

/** The request that is made, in the form of `wx.request`. */
export interface MiniProgramRequest {
  url: string
  method: 'GET' | 'POST'
  header: Record<string, string>
  data?: string
  responseType: 'arraybuffer'
  redirect: 'manual'
  success: (answer: MiniProgramAnswer) => void
  fail: (failure: { readonly errMsg: string }) => void
}

/**
 * The part of a mini-program's global that is used. WeChat's `wx` fits, and so do uni-app's `uni` and `Taro`. Methods with a question mark
 * may be missing, such as in a plugin, and are not called then.
 *
 * @see https://developers.weixin.qq.com/miniprogram/en/dev/api/
 *
 * @example
 * ```ts
 * const platform: MiniProgram = wx
 * const auth = createAuthClient({ env: 'my-env', session: wxStorageSession({ key: 'token', platform }), platform })
 * ```
 */
export interface MiniProgram {
  request(request: MiniProgramRequest): MiniProgramTask | void
  getStorageSync(key: string): unknown
  setStorageSync(key: string, value: string): void
  removeStorageSync(key: string): void
  getStorageInfoSync(): { readonly keys: readonly string[] }
  onNetworkStatusChange?(listener: (status: { readonly isConnected: boolean }) => void): void
  offNetworkStatusChange?(listener: () => void): void
  onAppShow?(listener: () => void): void
  offAppShow?(listener: () => void): void
  onAppHide?(listener: () => void): void
  offAppHide?(listener: () => void): void
}

declare const wx: MiniProgram | undefined

const required = [
  'request',
  'getStorageSync',
  'setStorageSync',
  'removeStorageSync',
  'getStorageInfoSync',
] as const

/**
 * Finds the mini-program's global.
 *
 * @param platform what the options name; the global `wx` by default
 * @throws {AuthConfigurationError} when there is none, or a method that is needed is missing
 */
export function findMiniProgram(platform: MiniProgram | undefined): MiniProgram {
  const found = platform ?? (typeof wx === 'undefined' ? undefined : wx)
  assertArgument('platform', !!found, 'is required without a global wx: give uni or Taro')
  for (const name of required)
    assertArgument('platform', typeof found[name] === 'function', `has no method ${name}`)
  return found
}
