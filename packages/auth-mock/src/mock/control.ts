import { fieldsOf } from '../options/assert-fields.ts'
import { authError, gatewayError, type Answer, type Arrival } from '../http/answer.ts'
import type { AuthMock } from './auth-mock.ts'
import { assertFault } from '../faults/fault.ts'
import { assertIssueTokenOptions } from '../service/token-store.ts'

const prefix = '/__mock/'

/** Tells whether a path steers the mock instead of calling the service. */
export const isControlPath = (path: string): boolean => path.startsWith(prefix)

/** Makes what `AuthMock` does in process reachable over HTTP. */
export const createControl = (mock: AuthMock): ((arrival: Arrival) => Answer) => {
  const faults = new Map<string, () => void>()

  const commands: Readonly<Record<string, (body: unknown, id: string) => unknown>> = {
    'GET info': () => ({ url: mock.url, clientId: mock.clientId }),
    'GET tokens': () => mock.tokens(),
    'POST tokens': (body = {}) => {
      assertIssueTokenOptions(body)
      const token = mock.issueToken(body)
      return mock.tokens().find((issued) => issued.token === token)
    },
    'POST revoke': (body) => {
      const token = fieldsOf(body).get('token')
      if (typeof token !== 'string') throw new TypeError('revoke takes an object with a token')
      mock.revoke(token)
    },
    'GET requests': () => mock.requests(),
    'POST faults': (body) => {
      assertFault(body)
      const id = String(faults.size + 1)
      faults.set(id, mock.fail(body))
      return { id }
    },
    'DELETE faults': (_body, id) => {
      for (const [key, remove] of faults) if (id === '' || id === key) remove()
    },
    'POST advance': (body) => {
      const ms = fieldsOf(body).get('ms')
      // Not a number becomes null on its way here.
      mock.advance(typeof ms === 'number' ? ms : Number.NaN)
    },
    'POST reset': () => mock.reset(),
  }

  return (arrival) => {
    if (isFromPage(arrival)) return authError('permission_denied', `${prefix} is not for pages`)
    const [name = '', id = ''] = arrival.path.slice(prefix.length).split('/', 2)
    const command = commands[`${arrival.method} ${name}`]
    if (!command) return gatewayError('INVALID_PATH', 'no such path', 404, arrival.requestId)
    try {
      return { status: 200, body: command(arrival.body, id) ?? {} }
    } catch (error) {
      return authError('invalid_argument', error instanceof TypeError ? error.message : 'not valid')
    }
  }
}

// No website that a developer happens to visit can steer the mock, not even by rebinding its name to 127.0.0.1.
const isFromPage = ({ headers }: Arrival): boolean =>
  headers.origin !== undefined ||
  (headers['sec-fetch-site'] ?? 'none') !== 'none' ||
  !/^(?:127\.0\.0\.1|localhost)(?::\d+)?$/.test(headers.host ?? '')
