import { eventually } from '@tokenward/test-kit/eventually'
import { expect, test } from 'vitest'
import { describePages } from '../bed/page-bed.ts'

describePages((bed) => {
  const { engine, stateOf, heard, open, prepare } = bed

  test('signOut: a second tab follows', async () => {
    const token = bed.relay.mock.issueToken()
    const [one, two] = [await open(token), await open('')]
    expect(await two.run('return auth.session.read()')).toBe(token)
    expect(await one.run('return auth.signOut()')).toEqual({ local: 'cleared', remote: 'revoked' })
    await eventually(async () => expect(await heard(two)).toEqual(['other_tab']))
    expect(stateOf(token)).toBe('revoked')
    await Promise.all([one.close(), two.close()])
  })

  test('updateSession: a refresh in one tab is no sign-out in another', async () => {
    const [one, two] = [await open(bed.relay.mock.issueToken({ sub: 'me' })), await open('')]
    await two.run('window.events = []; auth.onSessionEvent(({ type }) => events.push(type))')
    const renewed: string[] = []
    for (let refreshes = 0; refreshes < 5; refreshes += 1) {
      const next = bed.relay.mock.issueToken({ sub: 'me' })
      expect(await one.run(`return auth.updateSession(() => Promise.resolve('${next}'))`)).toBe(true)
      renewed.push('renewed')
      await eventually(async () => expect(await two.run('return events')).toEqual(renewed))
    }
    expect(await heard(two)).toEqual([])
    await Promise.all([one.close(), two.close()])
  })

  test('signOut: a tab that is closed while the request is on its way still revokes, and the others follow', async () => {
    const token = bed.relay.mock.issueToken()
    const heal = bed.relay.mock.fail({ token, delayMs: 400 })
    const [page, other] = [await open(token), await open('')]
    await page.run('void auth.signOut()')
    await page.close()
    await eventually(async () => expect(await heard(other)).toEqual(['other_tab']))
    expect(await other.run('return auth.session.read() ?? null')).toBeNull()
    await eventually(() => expect(stateOf(token)).toBe('revoked'))
    heal()
    await other.close()
  })

  test('pagehide: what no request has been made for yet, not even a preflight, is handed over when the page leaves', async () => {
    const token = bed.relay.mock.issueToken()
    const page = await open(
      token,
      `maxRetries: 0, fetch: (url, init) => (window.isOnline ? fetch(url, init) : Promise.reject(new TypeError('offline')))`,
    )
    expect(await page.run('return (await auth.signOut()).remote')).toBe('pending')
    await page.run('window.isOnline = true')
    await page.goto(`${bed.relay.url}/page`)
    await eventually(() => expect(stateOf(token)).toBe('revoked'))
    await page.close()
  })

  test('signOut: a page that leaves while the service is down hands over what is unsent', async () => {
    const token = bed.relay.mock.issueToken()
    const heal = bed.relay.mock.fail({ token, status: 503 })
    const page = await open(token, 'maxRetries: 0')
    expect(await page.run('return auth.signOut()')).toMatchObject({ local: 'cleared', remote: 'pending' })
    heal()
    await page.goto(`${bed.relay.url}/page`)
    await eventually(() => expect(stateOf(token)).toBe('revoked'))
    await page.close()
  })

  test('pendingStore: a reload finds what is pending and delivers it', async () => {
    const token = bed.relay.mock.issueToken()
    const heal = bed.relay.mock.fail({ token, status: 503 })
    const options = `pendingStore: 'session', maxRetries: 0`
    const page = await open(token, options)
    expect(await page.run('return auth.signOut()')).toMatchObject({ local: 'cleared', remote: 'pending' })
    await page.goto(`${bed.relay.url}/page`)
    heal()
    await prepare(page, '', options)
    expect(await page.run('return auth.session.read() ?? null')).toBeNull()
    await eventually(() => expect(stateOf(token)).toBe('revoked'))
    await eventually(async () => expect(await page.run('return auth.pendingRevocations()')).toBe(0))
    await page.close()
  })

  // The Chromium that comes from npm is built without a back/forward cache; there the events are sent by hand, in tabs.browser.test.ts.
  test.each(engine === 'chromium' ? [] : ['pageshow'])(
    '%s: a page that comes back from the cache hears that its session has ended',
    async () => {
      let isKept = false
      // Whether a page is kept is up to the engine, which drops pages where memory is short.
      for (let tries = 3; tries > 0 && !isKept; tries -= 1) {
        const [page, other] = [await open(bed.relay.mock.issueToken()), await open('')]
        await page.run(`addEventListener('pageshow', ({ persisted }) => (window.isKept = persisted))`)
        await page.goto(`${bed.relay.url}/page?away`)
        await other.run('return auth.signOut()')
        await page.back()
        isKept = await eventually(async () => expect(await page.run('return window.isKept')).toBe(true)).then(
          () => true,
          () => false,
        )
        if (isKept) await eventually(async () => expect(await heard(page)).toEqual(['back_forward_cache']))
        await Promise.all([page.close(), other.close()])
      }
      expect(isKept).toBe(true)
    },
  )

  test('content security policy: works with default-src, one host and Trusted Types required', async () => {
    const policy = `default-src 'self'; connect-src MOCK; require-trusted-types-for 'script'; trusted-types 'none'`
    const token = bed.relay.mock.issueToken()
    const page = await open(token, '', `policy=${encodeURIComponent(policy)}`)
    await page.run(
      `window.violations = []; addEventListener('securitypolicyviolation', ({ violatedDirective }) => violations.push(violatedDirective))`,
    )
    expect(await page.run('return auth.signOut()')).toEqual({ local: 'cleared', remote: 'revoked' })
    expect(await page.run('return violations')).toEqual([])
    await page.close()
  })

  test('content security policy: a host that is not allowed is a network failure, and the session is gone', async () => {
    const token = bed.relay.mock.issueToken()
    const page = await open(token, 'maxRetries: 0', `policy=${encodeURIComponent("default-src 'self'")}`)
    expect(
      await page.run(
        'const { local, remote, error } = await auth.signOut(); return [local, remote, error.code]',
      ),
    ).toEqual(['cleared', 'pending', 'network'])
    expect(stateOf(token)).toBe('active')
    await page.close()
  })

  test('storage that the browser itself blocks: the page keeps the session, and nothing is left of it', async () => {
    const token = bed.relay.mock.issueToken()
    const query = `policy=${encodeURIComponent('sandbox allow-scripts')}`
    const page = await open(token, `pendingStore: 'local'`, query)
    expect(await page.run('try { localStorage.length } catch (error) { return error.name }')).toBe(
      'SecurityError',
    )
    expect(await page.run('return auth.signOut()')).toEqual({ local: 'cleared', remote: 'revoked' })
    expect(await page.run('return auth.session.read() ?? null')).toBeNull()
    expect(stateOf(token)).toBe('revoked')
    await page.close()
  })

  test('single file: a classic script has the same client as a global', async () => {
    const token = bed.relay.mock.issueToken()
    const page = await open(token, '', 'kind=defer&script=page-global.js')
    expect(await page.run('return [typeof window.web, typeof window.tokenward]')).toEqual([
      'undefined',
      'object',
    ])
    expect(await page.run('return auth.signOut()')).toEqual({ local: 'cleared', remote: 'revoked' })
    await page.close()
  })
})
