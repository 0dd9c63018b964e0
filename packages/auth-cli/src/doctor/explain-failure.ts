import { codeOf } from '../terminal/code-of.ts'
import type { Finding } from './finding.ts'

/**
 * Words a request that brought no answer.
 *
 * @param proxy what it was sent through: then the proxy is the first to look at
 */
export function explainFailure(error: unknown, proxy: URL | undefined): Finding {
  const code = connectionCodeOf(error)
  const isPlain = code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG'
  if (!isPlain && /CERT|SIGNATURE|ISSUER|TLS|SSL/.test(code)) {
    const advice =
      code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID'
        ? 'set the clock of this machine; if it is right, the host’s certificate is out of date'
        : code === 'ERR_TLS_CERT_ALTNAME_INVALID'
          ? 'the certificate is for another host: check --base-url'
          : code === 'DEPTH_ZERO_SELF_SIGNED_CERT'
            ? 'the service made it itself, as a mock does: add it with NODE_EXTRA_CA_CERTS'
            : 'something between here and the service opens the connection; add its certificate with NODE_EXTRA_CA_CERTS'
    return { check: 'tls', status: 'fail', message: `the certificate is not trusted (${code})`, advice }
  }
  if (proxy)
    return {
      check: 'proxy',
      status: 'fail',
      message: `the service cannot be reached through the proxy ${proxy.host} (${code})`,
      advice: `${proxyAdvice(error, code)}; the address comes from HTTPS_PROXY, HTTP_PROXY or ALL_PROXY, and NO_PROXY names hosts to be reached without it`,
    }
  const advice = {
    ERR_SSL_WRONG_VERSION_NUMBER: 'that port does not speak TLS: check the address',
    ERR_SSL_PACKET_LENGTH_TOO_LONG: 'that port does not speak TLS: check the address',
    ECONNREFUSED: 'nothing listens there: check host and port, or start the mock',
    ECONNRESET:
      'something ends the connection: look for a firewall, or for a proxy that has to be named in HTTPS_PROXY',
    TIMEOUT: 'packets are lost: look for a firewall, or for a proxy that has to be named in HTTPS_PROXY',
  }[code]
  return {
    check: 'answer',
    status: 'fail',
    message: `the service cannot be reached (${code})`,
    advice: advice ?? 'check the network between this machine and the host',
  }
}

function proxyAdvice(error: unknown, code: string): string {
  const status = /Proxy response \((\d{3})\)/.exec(String(Object(error).message))?.[1]
  if (status === '407') return 'the proxy wants a user and a password: http://user:password@host:port'
  if (status !== undefined) return `the proxy refuses to connect to the service with status ${status}`
  if (code === 'ECONNREFUSED' || code === 'ENOTFOUND') return 'nothing answers at the address of the proxy'
  return 'look at the proxy and at the network behind it'
}

/** The code of a failed connection: one code for each kind, whichever layer reports it; `unknown` when there is none. */
export function connectionCodeOf(error: unknown): string {
  const code = codeOf(error)
  const { name, cause } = Object(error) as { name?: unknown; cause?: unknown }
  if (name === 'AbortError' || name === 'TimeoutError' || code === 'UND_ERR_CONNECT_TIMEOUT') return 'TIMEOUT'
  // What undici says of a connection that the other side has ended.
  if (code === 'UND_ERR_SOCKET') return cause === undefined ? 'ECONNRESET' : connectionCodeOf(cause)
  return code || 'unknown'
}
