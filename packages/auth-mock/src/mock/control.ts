import { AuthConfigurationError } from '@tokenward/auth-core'
import type { ActiveFaults } from '../faults/active-faults.ts'
import { authError, gatewayError, type Answer } from '../http/answer.ts'
import { isForeignOrigin, preflight } from '../http/cors.ts'
import type { ReceivedRequest } from '../http/received-request.ts'
import { wholeNumberFrom } from '../options/check-options.ts'
import { fieldOf } from '../options/field-of.ts'
import { readIssueTokenOptions, type IssuedToken, type TokenStore } from '../service/token-store.ts'
import type { AuthMock } from './auth-mock.ts'
import { isLoopback } from './mock-options.ts'
import { redact } from './redact.ts'

const prefix = '/__mock/'
const mostTokens = 100_000
/** How many tokens a page gets at a time: each takes about a millisecond, in which the mock does nothing else. */
const mostForPages = 100

/** What the control paths work with. */
export interface ControlOptions {
  readonly mock: AuthMock
  readonly tokens: TokenStore
  readonly faults: ActiveFaults
  readonly allowMint: boolean
  readonly allowedOrigins: readonly string[] | undefined
  /** Where the mock listens. */
  readonly host: string
}

/** Answers a control call, and tells whether a page may read the answer. */
export type Control = (request: ReceivedRequest) => { readonly answer: Answer; readonly isReadable: boolean }

/** Tells whether a path steers the mock instead of calling the service. */
export function isControlPath(path: string): boolean {
  return path.startsWith(prefix)
}

/** Creates the function that makes the methods of an `AuthMock` reachable over HTTP. */
export function createControl(options: ControlOptions): Control {
  const commands = createCommands(options)
  const { allowMint, allowedOrigins, host } = options

  function run(request: ReceivedRequest): Answer {
    const [name = '', id, ...rest] = request.path.slice(prefix.length).split('/')
    const place = [name, ...(id === undefined ? [] : ['id']), ...rest].join('/')
    const command = commands.get(`${request.method} ${place}`)
    if (!command) return gatewayError('INVALID_PATH', 'no such path', 404, request.requestId)
    if (request.refusal) return request.refusal
    try {
      return { status: 200, body: command(request.body, new URLSearchParams(request.search), id ?? '') ?? {} }
    } catch (error) {
      if (error instanceof NotFound) return authError('not_found', error.message)
      if (error instanceof AuthConfigurationError)
        return authError('invalid_argument', redact(error.message, []))
      throw error
    }
  }

  return (request) => {
    const { method, path, headers } = request
    if (path === `${prefix}health` && method === 'GET')
      return { answer: { status: 200, body: { status: 'ok' } }, isReadable: false }
    const isMint = path === `${prefix}tokens` && (method === 'POST' || method === 'OPTIONS')
    if (allowMint && isMint && headers.origin !== undefined && !isForeignOrigin(headers, allowedOrigins)) {
      if (method === 'OPTIONS') return { answer: preflight, isReadable: true }
      const tooMany = authError('invalid_argument', `a page gets at most ${mostForPages} tokens at a time`)
      return { answer: countTokens(request) > mostForPages ? tooMany : run(request), isReadable: true }
    }
    const answer = isFromPage(request, host)
      ? authError('permission_denied', `${prefix} is not for pages`)
      : run(request)
    return { answer, isReadable: false }
  }
}

/** How many tokens a request asks for; `NaN` where it says so in a way that is refused. */
function countTokens({ body, search }: ReceivedRequest): number {
  return Array.isArray(body) ? body.length : Number(new URLSearchParams(search).get('count') ?? 1)
}

class NotFound extends Error {}

type Command = (body: unknown, query: URLSearchParams, id: string) => unknown

function createCommands({ mock, tokens, faults }: ControlOptions): ReadonlyMap<string, Command> {
  function issue(given: unknown): IssuedToken {
    return tokens.issue(readIssueTokenOptions(given))
  }

  function issueMany(body: unknown, count: string | null): unknown {
    if (Array.isArray(body)) {
      if (body.length === 0 || count !== null)
        throw new AuthConfigurationError('body', 'must be a list of at least one token, without count')
      return body.map(readIssueTokenOptions).map(issue)
    }
    if (count === null) return issue(body)
    const { accepts, expected } = wholeNumberFrom(1, mostTokens)
    if (!accepts(Number(count))) throw new AuthConfigurationError('count', `must be ${expected}`)
    const user = readIssueTokenOptions(body)
    if (user.token !== undefined)
      throw new AuthConfigurationError('token', 'cannot be given with count: each token is one of its own')
    return Array.from({ length: Number(count) }, () => issue(user))
  }

  return new Map<string, Command>([
    ['GET info', () => ({ url: mock.url, clientId: mock.clientId, certificate: mock.certificate })],
    ['GET tokens', () => mock.tokens()],
    ['POST tokens', (body = {}, query) => issueMany(body, query.get('count'))],
    [
      'POST revoke',
      (body) => {
        const token = fieldOf(body, 'token')
        if (typeof token !== 'string') throw new AuthConfigurationError('token', 'must be text')
        if (!tokens.find(token)) throw new NotFound('the token was not issued by this mock')
        mock.revoke(token)
      },
    ],
    ['GET requests', () => mock.requests()],
    ['GET faults', () => mock.faults()],
    ['POST faults', (body) => ({ id: faults.add(body as Parameters<typeof faults.add>[0]) })],
    ['DELETE faults', () => faults.clear()],
    [
      'DELETE faults/id',
      (_body, _query, id) => {
        if (!faults.remove(id)) throw new NotFound('no fault has had this id')
      },
    ],
    ['POST rotate-keys', (body) => mock.rotateKeys(body as Parameters<typeof mock.rotateKeys>[0])],
    ['POST advance', (body) => mock.advance(fieldOf(body, 'ms') as number)],
    ['POST reset', () => mock.reset()],
  ])
}

// No website that a developer happens to visit can steer the mock, not even by pointing a name of its own at 127.0.0.1.
function isFromPage({ headers }: ReceivedRequest, listensOn: string): boolean {
  if (headers.origin !== undefined || (headers['sec-fetch-site'] ?? 'none') !== 'none') return true
  const { host = '' } = headers
  if (/^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/.test(host)) return false
  // Beyond loopback, an address, the name of a container, and names outside the public DNS.
  const isPrivate =
    /^(?:\d+(?:\.\d+){3}|\[[\da-f:.]+\]|[a-z\d_-]+|[a-z\d._-]+\.(?:internal|local|localhost|test))(?::\d+)?$/i
  return isLoopback(listensOn) || !isPrivate.test(host)
}
