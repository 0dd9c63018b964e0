import type { Fetch } from '../../src/index.ts'

/** A token as the service would issue it, made up on the spot. */
export function mintToken({
  sub = 'user-1',
  expiresIn = 7_200,
}: { sub?: string; expiresIn?: number } = {}): string {
  const part = (claims: object): string =>
    btoa(JSON.stringify(claims)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
  const exp = Math.floor(Date.now() / 1_000) + expiresIn
  return [part({ alg: 'none' }), part({ sub, exp }), crypto.randomUUID().replaceAll('-', '')].join('.')
}

/** What the service does with one request, in place of the usual. */
export type Trouble = (path: string, token: string) => Response | Promise<Response> | undefined

/** The service in memory: every token lives until it is revoked. */
export interface FakeService {
  readonly fetch: Fetch
  /** What was asked, in order: `revoke` and `introspect`, each with whether it was `keepalive`. */
  readonly asked: { readonly what: string; readonly token: string; readonly keepalive: boolean | undefined }[]
  isAlive(token: string): boolean
  /** Replaces the usual answer where it returns one; `undefined` sets things right again. */
  trouble: Trouble | undefined
}

function answer(body: unknown, status = 200): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } })
}

export const outage = (): Response => answer({ error: 'unavailable', error_code: 14 }, 503)

export function fakeService(): FakeService {
  const dead = new Set<string>()
  const service: FakeService = {
    asked: [],
    trouble: undefined,
    isAlive: (token) => !dead.has(token),
    async fetch(url, { headers, keepalive }) {
      const token = `${headers['authorization']}`.replace('Bearer ', '')
      const { pathname } = new URL(url)
      const what = pathname.endsWith('/revoke') ? 'revoke' : 'introspect'
      service.asked.push({ what, token, keepalive })
      const other = await service.trouble?.(what, token)
      if (other) return other
      if (what === 'introspect') return answer(dead.has(token) ? {} : { sub: 'user-1', token_type: 'Bearer' })
      dead.add(token)
      return answer({})
    },
  }
  return service
}
