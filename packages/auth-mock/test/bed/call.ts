import { connect } from 'node:net'
import type { AuthMock } from '../../src/index.ts'

/** Calls `verifyToken` of a mock. */
export const introspect = async (mock: AuthMock, token: string, init: RequestInit = {}): Promise<Response> =>
  fetch(`${mock.url}/auth/v1/token/introspect`, { ...init, headers: { authorization: `Bearer ${token}` } })

/** Calls `revokeToken` of a mock. */
export const revoke = async (mock: AuthMock, token: string): Promise<Response> =>
  fetch(`${mock.url}/auth/v1/revoke`, { method: 'POST', headers: { authorization: `Bearer ${token}` } })

/** Tells what `verifyToken` of a mock says of a token. */
export const isActive = async (mock: AuthMock, token: string): Promise<boolean> =>
  (await (await introspect(mock, token)).text()) !== '{}'

/** Sends bytes to a mock as they are, and reads until it closes or `until` has come; `end` half-closes after sending. */
export const exchange = async (
  { url }: Pick<AuthMock, 'url'>,
  bytes: string | Buffer,
  { until, end = false }: { until?: RegExp; end?: boolean } = {},
): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1', allowHalfOpen: true })
    let text = ''
    const finish = (): void => {
      socket.destroy()
      resolve(text)
    }
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1')
      if (until?.test(text)) finish()
    })
    // A reset ends the exchange as well as a close does.
    socket.on('error', finish).on('end', finish).on('close', finish)
    if (end) socket.end(bytes)
    else socket.write(bytes)
  })
