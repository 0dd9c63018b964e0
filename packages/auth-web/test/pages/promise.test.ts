// What a sign-out promises, where a page is left, closed or away.
import { eventually } from '@tokenward/test-kit/eventually'
import type { Page } from '@tokenward/scripts/browsers/browsers'
import { expect, test } from 'vitest'
import { describePages } from '../bed/page-bed.ts'

const ownSession = `session: web.webStorageSession({ key: 'token_of_the_tab', storage: 'session' })`

describePages((bed) => {
  const { stateOf, heard, open, prepare } = bed

  test('three tabs sign out while the service is down and are closed: every token dies once it is back', async () => {
    const tokens = Array.from({ length: 12 }, () => bed.relay.mock.issueToken())
    const heal = bed.relay.mock.fail({ operation: 'revokeToken', status: 503 })
    // A tab may be closed while it tries; the next one then waits for as long as a try may take.
    const options = `${ownSession}, pendingStore: 'local', maxRetries: 0, timeoutMs: 3_000`
    const tabs = await Promise.all([open('', options), open('', options), open('', options)])
    await Promise.all(
      tabs.map(async (tab, index) => {
        const own = JSON.stringify(tokens.slice(4 * index, 4 * index + 4))
        await tab.run(`await Promise.all(${own}.map((token) => {
          auth.session.write(token)
          return auth.signOut()
        }))`)
      }),
    )
    await Promise.all(tabs.map((tab) => tab.close()))
    heal()
    const next = await open('', options)
    for (const token of tokens) await eventually(() => expect(stateOf(token)).toBe('revoked'))
    await eventually(async () => expect(await next.run('return auth.pendingRevocations()')).toBe(0))
    await next.close()
  })

  test('two apps of one environment: the login page of one hears nothing of the other', async () => {
    const tokens = [
      bed.relay.mock.issueToken({ sub: 'me' }),
      bed.relay.mock.issueToken({ sub: 'me' }),
    ] as const
    const app = (name: string): string => `session: web.webStorageSession({ key: 'token_of_${name}' })`
    const shop = await open(tokens[0], app('shop'))
    const [otherShopTab, loginOfTill, till] = [
      await open('', app('shop')),
      await open('', app('till')),
      await open(tokens[1], app('till')),
    ]
    expect(await shop.run('return auth.signOut()')).toEqual({ local: 'cleared', remote: 'revoked' })
    await eventually(async () => expect(await heard(otherShopTab)).toEqual(['other_tab']))
    expect(await heard(loginOfTill)).toEqual([])
    expect(await heard(till)).toEqual([])
    expect(stateOf(tokens[1])).toBe('active')
    await Promise.all([shop, otherShopTab, loginOfTill, till].map((page) => page.close()))
  })

  test('a tab that was elsewhere while its user signed out is signed out when it is back', async () => {
    const mine = [bed.relay.mock.issueToken({ sub: 'me' }), bed.relay.mock.issueToken({ sub: 'me' })] as const
    const theirs = bed.relay.mock.issueToken({ sub: 'they' })
    const [away, here] = [await open(mine[0], ownSession), await open(mine[1], ownSession)]
    await away.goto(`${bed.relay.url}/page?elsewhere`)
    await here.run('return auth.signOut()')
    // Another user signs in and out, so that the last event does not concern the tab.
    await here.run(`auth.session.write('${theirs}'); return auth.signOut()`)
    await prepare(away, '', ownSession)
    expect(await away.run('return auth.session.read() ?? null')).toBeNull()
    await eventually(async () => expect(await heard(away)).toEqual(['other_tab']))
    await eventually(() => expect(stateOf(mine[0])).toBe('revoked'))
    // The same user signs in again there: what has ended once ends nothing more.
    const next = bed.relay.mock.issueToken({ sub: 'me' })
    await away.run(`auth.session.write('${next}')`)
    await away.goto(`${bed.relay.url}/page?again`)
    await prepare(away, '', ownSession)
    expect(await away.run('return auth.session.read()')).toBe(next)
    expect(stateOf(next)).toBe('active')
    await Promise.all([away.close(), here.close()])
  })

  test('a page is closed while 100 revocations wait: those that it cannot hand over die with the next page', async () => {
    const tokens = Array.from({ length: 100 }, () => bed.relay.mock.issueToken({ signed: false }))
    const options = `${ownSession}, pendingStore: 'local', maxRetries: 0, timeoutMs: 3_000`
    const page = await waitInPage(tokens, options)
    await page.close()
    const next = await open('', options)
    for (const token of tokens) await eventually(() => expect(stateOf(token)).toBe('revoked'))
    await next.close()
  })

  // Left by a link: Chromium gives a page that is closed half a second, which is not enough for a busy machine.
  test('a page is left while more revocations wait in memory than 64 KiB hold: every token dies with the page', async () => {
    const sub = 'x'.repeat(3_000)
    const tokens = Array.from({ length: 24 }, () => bed.relay.mock.issueToken({ signed: false, sub }))
    const page = await waitInPage(tokens, 'session: web.memorySession(), maxRetries: 0')
    await page.goto(`${bed.relay.url}/page?away`)
    for (const token of tokens) await eventually(() => expect(stateOf(token)).toBe('revoked'))
    await page.close()
  })

  /** Opens a page in which the revocations of the tokens wait, since it was offline; it is online when this resolves. */
  async function waitInPage(tokens: readonly string[], options: string): Promise<Page> {
    const offline = `Promise.reject(new TypeError('offline'))`
    const page = await open(
      '',
      `${options}, fetch: (url, init) => (window.isOnline ? fetch(url, init) : ${offline})`,
    )
    await page.run(`for (const token of ${JSON.stringify(tokens)}) {
      auth.session.write(token)
      await auth.signOut()
    }
    window.isOnline = true`)
    return page
  }

  test('an app clears its storage when it hears of the sign-out, and leaves: the next page delivers all the same', async () => {
    const token = bed.relay.mock.issueToken()
    const heal = bed.relay.mock.fail({ operation: 'revokeToken', status: 503 })
    const page = await open(token, 'maxRetries: 0')
    await page.run('auth.onSignedOut(() => localStorage.clear()); await auth.signOut()')
    expect(await page.run('return auth.pendingRevocations()')).toBe(1)
    await page.goto(`${bed.relay.url}/page?next`)
    expect(stateOf(token)).toBe('active')
    await prepare(page, '', 'maxRetries: 0')
    heal()
    await eventually(() => expect(stateOf(token)).toBe('revoked'))
    await page.close()
  })

  test('requests that were given up hold no connection that the page needs', async () => {
    const tokens = ['1', '2', '3'].map((sub) => bed.relay.mock.issueToken({ sub }))
    const heal = bed.relay.mock.fail({ operation: 'revokeToken', transport: 'stall' })
    const page = await open('', 'session: web.memorySession()')
    await page.run(`for (const token of ${JSON.stringify(tokens)}) {
      auth.session.write(token)
      await auth.signOut({ timeoutMs: 900 })
    }`)
    heal()
    expect(await page.run(`return (await auth.verifyToken('made.up.token')).active`)).toBe(false)
    await eventually(() => expect(tokens.map(stateOf)).toEqual(['revoked', 'revoked', 'revoked']))
    await page.close()
  })

  test('requests that outlive the page are used up by analytics: the token is revoked all the same', async () => {
    const token = bed.relay.mock.issueToken()
    const page = await open(token)
    await page.run(
      `void fetch('${bed.relay.url}/page-hold', { method: 'POST', keepalive: true, body: 'x'.repeat(65_000) }).catch(() => undefined)`,
    )
    expect(await page.run('return auth.signOut()')).toEqual({ local: 'cleared', remote: 'revoked' })
    expect(stateOf(token)).toBe('revoked')
    await page.close()
  })
})
