import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { TLSSocket } from 'node:tls'
import type { Transport, TransportResponse } from '../service/transport.ts'

/** How one request went. */
export interface ProbeResult {
  readonly status: number
  readonly headers: TransportResponse['allHeaders']
  readonly body: string
  /** When it was sent, and how long it took until the answer's headers, in milliseconds. */
  readonly sentAt: number
  readonly durationMs: number
  /** `undefined` over plain HTTP. */
  readonly tls: TlsDetails | undefined
}

/** What a connection shows of itself. */
export interface TlsDetails {
  readonly protocol: string
  readonly issuer: string
  readonly validTo: Date
}

/** How a request is sent. */
export interface ProbeOptions {
  readonly method?: 'GET' | 'OPTIONS'
  readonly headers?: Record<string, string>
}

/** Sends requests without a token, over the transport of every command. */
export interface Probe extends Disposable {
  /** Follows no redirect. Rejects with the platform's error. */
  readonly send: (options?: ProbeOptions) => Promise<ProbeResult>
}

const deadlineMs = 10_000
const connected = 'undici:client:connected'

/** Creates the sender of probes to one address. */
export function createProbe(url: URL, { send }: Transport): Probe {
  let tls: TlsDetails | undefined
  // The transport keeps its sockets to itself; this is where undici shows them.
  const onConnected = (message: unknown): void => {
    const { connectParams, socket } = message as {
      readonly connectParams?: { readonly hostname?: string }
      readonly socket?: unknown
    }
    if (connectParams?.hostname === url.hostname && socket instanceof TLSSocket) tls = describeTls(socket)
  }
  subscribe(connected, onConnected)
  return {
    async send({ method = 'GET', headers = {} } = {}) {
      const sentAt = Date.now()
      const signal = AbortSignal.timeout(deadlineMs)
      const { status, allHeaders, bytes, durationMs } = await send(url.href, {
        method,
        headers,
        signal,
      }).catch((error: unknown) => {
        throw signal.aborted ? signal.reason : error
      })
      const body = String(await bytes())
      return { status, headers: allHeaders, body, sentAt, durationMs, tls }
    },
    [Symbol.dispose]: () => void unsubscribe(connected, onConnected),
  }
}

function describeTls(socket: TLSSocket): TlsDetails {
  const { issuer, valid_to } = socket.getPeerCertificate()
  const names: (string | string[] | undefined)[] = [issuer?.O, issuer?.CN]
  return {
    protocol: socket.getProtocol() ?? 'TLS',
    issuer: names.find((name) => name !== undefined && name.length > 0)?.toString() ?? 'an unnamed issuer',
    validTo: new Date(valid_to),
  }
}
