import { type Agent, type IncomingHttpHeaders, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { TLSSocket } from 'node:tls'

/** How one request went. */
export interface Probe {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** The first 64 KiB. */
  readonly body: string
  /** When it was sent, and how long it took until the answer's headers, in milliseconds. */
  readonly sentAt: number
  readonly durationMs: number
  /** `undefined` over plain HTTP. */
  readonly tls: { readonly protocol: string; readonly issuer: string; readonly validTo: Date } | undefined
}

/** How to send it. */
export interface ProbeOptions {
  readonly agent: Agent
  readonly method?: 'GET' | 'OPTIONS'
  readonly headers?: Record<string, string>
}

const deadlineMs = 10_000
const maxBody = 64 * 1024

/** Sends one request without a token and follows no redirect. Rejects with the platform's error. */
export async function probe(url: URL, { agent, method = 'GET', headers = {} }: ProbeOptions): Promise<Probe> {
  return new Promise((resolve, reject) => {
    const sentAt = Date.now()
    const start = performance.now()
    const send = url.protocol === 'https:' ? requestHttps : requestHttp
    const request = send(url, { agent, method, headers, signal: AbortSignal.timeout(deadlineMs) })
    request.on('error', reject)
    request.on('response', (response) => {
      const durationMs = performance.now() - start
      // Read now: the socket goes back to the agent with the last byte.
      const tls = describeTls(response.socket)
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (text: string) => {
        if (body.length < maxBody) body += text
        else response.destroy()
      })
      response.on('error', reject)
      response.on('close', () => {
        const { statusCode: status = 0, headers: received } = response
        resolve({ status, headers: received, body, sentAt, durationMs, tls })
      })
    })
    request.end()
  })
}

function describeTls(socket: unknown): Probe['tls'] {
  if (!(socket instanceof TLSSocket)) return undefined
  const { issuer, valid_to } = socket.getPeerCertificate()
  const issuerName = [issuer.O ?? issuer.CN ?? 'unknown'].flat().join(', ')
  return {
    protocol: socket.getProtocol() ?? 'TLS',
    issuer: issuerName,
    validTo: new Date(valid_to),
  }
}
