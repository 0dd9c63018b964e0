// What the single file for mini-programs puts in place of the globals that they lack. The build replaces each name that is exported here,
// in our code and in openapi-fetch alike; nothing is set on the real global object.
import { decodeUtf8 } from './decode-utf8.ts'

type HeaderValues = Iterable<readonly [string, unknown]> | Readonly<Record<string, unknown>>

/** The part of `Headers` that openapi-fetch and `auth.api` use. */
export class Headers {
  // A function, so that a log of the object shows no token. Old engines have no `#`, whose stand-ins would be five functions.
  private readonly values: () => Map<string, string>

  constructor(values: HeaderValues = {}) {
    const map = new Map<string, string>()
    this.values = () => map
    const pairs = Symbol.iterator in values ? values : Object.entries(values)
    for (const [name, value] of pairs) this.append(name, value)
  }

  append(name: string, value: unknown): void {
    const before = this.get(name)
    this.set(name, before === null ? value : `${before}, ${String(value)}`)
  }

  delete(name: string): void {
    this.values().delete(name.toLowerCase())
  }

  entries(): IterableIterator<[string, string]> {
    return this.values().entries()
  }

  forEach(visit: (value: string, name: string) => void): void {
    this.values().forEach(visit)
  }

  get(name: string): string | null {
    return this.values().get(name.toLowerCase()) ?? null
  }

  has(name: string): boolean {
    return this.values().has(name.toLowerCase())
  }

  set(name: string, value: unknown): void {
    this.values().set(name.toLowerCase(), String(value))
  }

  [Symbol.iterator](): IterableIterator<[string, string]> {
    return this.entries()
  }
}

/** No body is a form: openapi-fetch asks. */
// oxlint-disable-next-line typescript/no-extraneous-class
export class FormData {}

interface RequestInit {
  readonly method?: string
  readonly headers?: HeaderValues
  readonly body?: string
  readonly signal?: AbortSignal
}

/** The part of `Request` that openapi-fetch, its middleware and `auth.api` use. */
export class Request {
  readonly url: string
  readonly method: string
  readonly headers: Headers
  readonly keepalive: boolean = false
  readonly signal: AbortSignal | undefined
  readonly text: () => Promise<string>

  constructor(url: string, { method = 'GET', headers, body = '', signal }: RequestInit = {}) {
    this.url = url
    this.method = method
    this.headers = new Headers(headers)
    this.signal = signal
    this.text = () => Promise.resolve(body)
  }
}

/** Decodes strictly, and a whole text at a time. */
export class TextDecoder {
  decode(bytes: Uint8Array = new Uint8Array(0)): string {
    return decodeUtf8(bytes)
  }
}

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** @throws {TypeError} for what is no base64 */
export function atob(text: string): string {
  let bytes = ''
  let bits = 0
  let count = 0
  for (const character of text.replace(/=+$/, '')) {
    const digit = digits.indexOf(character)
    if (digit < 0) throw new TypeError('no base64')
    bits = ((bits << 6) | digit) & 0xffff
    count += 6
    if (count >= 8) {
      count -= 8
      bytes += String.fromCharCode((bits >> count) & 0xff)
    }
  }
  return bytes
}

export function queueMicrotask(work: () => void): void {
  void Promise.resolve().then(work)
}

// Core looks some of its needs up in the global object, and keeps the revocations of the process there.
const realm: { readonly Request: typeof Request } = { Request }
export { realm as globalThis }
