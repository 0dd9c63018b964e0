// The globals of each platform that a realm stands for. A name is added here only with its source.
import type { PlatformFacts } from '../realm.ts'

const words = (text: string): string[] => text.trim().split(/\s+/)

/** What the realm of a mini-program's code has beside JavaScript, in an app and in a plugin. */
const miniProgramGlobals = words(`
  App Behavior Component Page clearInterval clearTimeout console exports getApp getCurrentPages module require requirePlugin
  setInterval setTimeout wx`)

/** A mini-program: JavaScriptCore with the core-js of WeChat's base library. */
export const miniProgram: PlatformFacts = {
  name: 'WeChat mini-program',
  sources: [
    'miniprogram-api-typings 5.2.3, what index.d.ts and lib.wx.*.d.ts declare globally',
    'https://developers.weixin.qq.com/miniprogram/dev/framework/runtime/js-support.html: no eval, Proxy may be missing',
  ],
  edition: 2021,
  globals: miniProgramGlobals,
}

/** The same on an old phone: what its engine itself has, and no `Proxy`, which nothing can stand in for. */
export const miniProgramWithoutProxy: PlatformFacts = {
  ...miniProgram,
  name: 'WeChat mini-program, old phone',
  edition: 2017,
  without: ['Proxy'],
}

/** A plugin of a mini-program. */
export const miniProgramPlugin: PlatformFacts = {
  name: 'WeChat mini-program plugin',
  sources: [
    'https://developers.weixin.qq.com/miniprogram/dev/framework/plugin/development.html',
    ...miniProgram.sources,
  ],
  edition: 2021,
  globals: [...miniProgramGlobals, 'requireMiniProgram'].filter(
    (name) => name !== 'App' && name !== 'getApp',
  ),
}

export const reactNative: PlatformFacts = {
  name: 'React Native (Hermes), by the recipe',
  sources: [
    'react-native, src/types/globals.d.ts and Libraries/Core/setUp*.js',
    'https://github.com/facebook/hermes/blob/main/doc/Features.md: no eval',
  ],
  edition: 2021,
  globals: words(`
    AbortController AbortSignal Blob DOMRect ErrorUtils File FileReader FormData Headers HermesInternal PerformanceObserver Request
    Response URL URLSearchParams WebSocket XMLHttpRequest XMLHttpRequestUpload __BUNDLE_START_TIME__ __DEV__ alert
    cancelAnimationFrame clearImmediate clearInterval clearTimeout console fetch fetchBundle global navigator originalXMLHttpRequest
    performance process queueMicrotask require requestAnimationFrame self setImmediate setInterval setTimeout window`),
}

/** What all pages have, of the globals that Node has as well, and what makes a page. */
const pageGlobals = words(`
  AbortController AbortSignal Blob ByteLengthQueuingStrategy CloseEvent CountQueuingStrategy Crypto CryptoKey CustomEvent
  DOMException Event EventTarget File FormData Headers MessageChannel MessageEvent MessagePort Navigator Performance PerformanceEntry
  PerformanceMark PerformanceMeasure PerformanceObserver PerformanceObserverEntryList PerformanceResourceTiming ReadableStream
  ReadableStreamDefaultController ReadableStreamDefaultReader Request Response SubtleCrypto TextDecoder TextEncoder URL
  URLSearchParams WebSocket addEventListener atob btoa clearInterval clearTimeout console crypto dispatchEvent document fetch
  localStorage location navigator performance queueMicrotask removeEventListener self sessionStorage setInterval setTimeout window`)

const streams = words(`
  TextDecoderStream TextEncoderStream TransformStream TransformStreamDefaultController WritableStream
  WritableStreamDefaultController WritableStreamDefaultWriter`)

const byteStreams = words(`
  CompressionStream DecompressionStream ReadableByteStreamController ReadableStreamBYOBReader ReadableStreamBYOBRequest`)

const compatData = '@mdn/browser-compat-data 8.1.9, of the globals that Node 24 has as well'

export const safari14: PlatformFacts = {
  name: 'Safari 14.1',
  sources: [compatData],
  edition: 2021,
  without: ['BigInt64Array', 'BigUint64Array'],
  globals: [...pageGlobals, ...streams],
}

export const oldWebView: PlatformFacts = {
  name: 'Android WebView 91',
  sources: [compatData],
  edition: 2021,
  globals: [...pageGlobals, ...streams, ...byteStreams, 'Atomics', 'BroadcastChannel', 'WebAssembly'],
}

export const strictPage: PlatformFacts = {
  name: 'page without `eval` (CSP)',
  sources: [compatData, 'https://www.w3.org/TR/CSP3/#directive-script-src'],
  edition: 2025,
  globals: [
    ...pageGlobals,
    ...streams,
    ...byteStreams,
    ...words('Atomics BroadcastChannel URLPattern WebAssembly structuredClone'),
  ],
}
