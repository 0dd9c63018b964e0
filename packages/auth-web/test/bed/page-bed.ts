// Whole pages in real engines, driven from outside: what a test inside a page cannot do to the page it runs in.
import {
  type Browser,
  type Engine,
  installedEngines,
  type Page,
  startBrowser,
} from '@tokenward/scripts/browsers/browsers'
import { afterAll, beforeAll, describe } from 'vitest'
import { type Relay, startRelay } from './relay-server.ts'

/** A running engine, and the servers that its pages talk to. */
export interface PageBed {
  readonly engine: Engine
  readonly browser: Browser
  readonly relay: Relay
  /** What the mock says of a token. */
  readonly stateOf: (token: string) => string | undefined
  /** Opens a page with a client on it, signed in with the token unless that is empty. */
  readonly open: (token: string, options?: string, query?: string) => Promise<Page>
  /** Makes a client on a page that is open. `options` is code, and may name a `session`. */
  readonly prepare: (page: Page, token: string, options?: string) => Promise<void>
  /** Where the sessions ended that the page has heard of. */
  readonly heard: (page: Page) => Promise<unknown>
}

/** Runs tests in every engine that is installed. */
export function describePages(tests: (bed: PageBed) => void): void {
  // Opening and closing several pages takes most of twenty seconds where other programs keep the machine busy.
  describe.each(installedEngines)('%s', { timeout: 60_000 }, (engine) => {
    let browser: Browser
    let relay: Relay
    beforeAll(async () => {
      relay = await startRelay()
      browser = await startBrowser(engine)
    }, 60_000)
    afterAll(async () => {
      await browser?.close()
      await relay?.close()
    })
    const prepare: PageBed['prepare'] = async (page, token, options = '') =>
      void (await page.run(`
        while (!(window.web ?? window.tokenward)) await new Promise((done) => setTimeout(done, 10))
        const web = window.web ?? window.tokenward
        const given = { ${options} }
        const session = given.session ?? web.webStorageSession({ key: 'token_of_the_app' })
        if ('${token}') session.write('${token}')
        window.auth = web.createAuthClient({ baseUrl: '${relay.mock.url}', clientId: 'shop', ...given, session })
        window.heard = []
        auth.onSignedOut(({ source }) => heard.push(source))`))
    tests({
      engine,
      prepare,
      get browser() {
        return browser
      },
      get relay() {
        return relay
      },
      stateOf: (token) => relay.mock.tokens().find((issued) => issued.token === token)?.state,
      async open(token, options = '', query = '') {
        const page = await browser.open(`${relay.url}/page?${query}`)
        await prepare(page, token, options)
        return page
      },
      heard: (page) => page.run('return heard'),
    })
  })
}
