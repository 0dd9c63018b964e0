import { AuthConfigurationError, describeValue } from '@tokenward/auth-core'
import { type Credentials, readHeader } from './credentials.ts'
import { readSourceHeader } from './token-source.ts'

/** Methods that a page of any origin may use, because they change nothing. TRACE is missing: no page can send it. */
const safeMethods: ReadonlySet<string | undefined> = new Set(['GET', 'HEAD', 'OPTIONS'])

/** @throws {AuthConfigurationError} for what is not a list of origins as browsers send them */
export function readOrigins(origins: readonly string[]): ReadonlySet<string> {
  if (!Array.isArray(origins))
    throw new AuthConfigurationError('origins', 'must be a list of origins; null accepts pages of any origin')
  for (const origin of origins)
    if (!isOrigin(origin))
      throw new AuthConfigurationError(
        'origins',
        `has ${describeValue(origin)}; an origin is written as browsers send it, such as https://shop.example or http://localhost:5173, without a path, the default port or a wildcard`,
      )
  return new Set(origins)
}

function isOrigin(origin: unknown): boolean {
  if (typeof origin !== 'string' || !/^[a-z][a-z\d+.-]*:\/\/[^\s/?#@*,]+$/.test(origin)) return false
  // Apps in a shell have a scheme of their own, such as capacitor://localhost, of which URL knows no origin.
  if (!/^https?:/.test(origin)) return true
  return URL.canParse(origin) && new URL(origin).origin === origin
}

/** Compares host and port with the Host header. The scheme cannot be compared: behind a proxy, the server does not know its own. */
function isOwn(origin: string | undefined, host: string | undefined, needsHttps: boolean): boolean {
  // Not so `null`, and several origins.
  if (origin === undefined || !URL.canParse(origin)) return false
  const page = new URL(origin)
  const isWeb = page.protocol === 'https:' || (page.protocol === 'http:' && (!needsHttps || isLoopback(page)))
  if (!isWeb || host === undefined || !/^[\w.:[\]-]+$/.test(host)) return false
  const own = `${page.protocol}//${host}`
  return URL.canParse(own) && page.host === new URL(own).host
}

/** The host that the request was sent to: of HTTP/1, of HTTP/2, or of a `Request` that has no headers of a connection. */
function readHost({ headers = {}, url }: Credentials): string | undefined {
  const host = readHeader(headers, 'host')
  if (host !== undefined) return host
  // `Headers` throws for this name.
  if (typeof headers.get !== 'function') return readHeader(headers, ':authority')
  return url?.match(/^https?:\/\/([^/?#]+)/)?.[1]
}

function isLoopback({ hostname }: URL): boolean {
  return /^(localhost|.*\.localhost|127\.[\d.]+|\[::1\])$/.test(hostname)
}

/**
 * Tells whether a request comes from a page that may use the cookie: one of the server's own origin, or of those listed.
 *
 * Browsers set `Origin` and `Sec-Fetch-Site`, and no page can change them. `X-Forwarded-Host` is not read, because a server cannot tell
 * who has set it.
 *
 * @param needsHttps the cookie exists in secure contexts only, so that a page over plain HTTP is another origin
 */
export function isFromOwnPage(
  credentials: Credentials,
  origins: ReadonlySet<string | undefined>,
  needsHttps: boolean,
): boolean {
  const read = (name: string): string | undefined => readSourceHeader(credentials, name)
  // A WebSocket opens with a GET, and no browser refuses one of another origin by itself. Proxies take `Upgrade` away.
  const opensWebSocket =
    read('upgrade')?.match(/websocket/i) || read('sec-websocket-version') || read('sec-websocket-key')
  if (safeMethods.has(credentials.method) && !opensWebSocket) return true
  const origin = read('origin')
  if (origins.has(origin)) return true
  const site = read('sec-fetch-site')
  // `none`: the user's own doing, such as a bookmark.
  if (site !== undefined) return site === 'same-origin' || site === 'none'
  // Without both headers this is no browser, which can send its token in a header.
  return isOwn(origin, readHost(credentials), needsHttps)
}
