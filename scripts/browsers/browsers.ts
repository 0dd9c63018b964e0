// Starts and drives the three browser engines for tests: Chromium comes from the npm registry, Firefox and WebKit from Debian.
import { type Browser as PuppeteerBrowser, launch } from 'puppeteer-core'
import { chromiumLaunch } from './chromium.ts'
import { firefoxPath, isEquipped } from '../test-bed/system-tools.ts'
import { startWebKit } from './webkit.ts'

/** A tab. */
export interface Page {
  goto(url: string): Promise<void>
  /** Starts to go back in the history, which may bring a page out of the back/forward cache. */
  back(): Promise<void>
  /** Runs the body of an async function in the page and resolves to what it returns, which must be JSON. */
  run(body: string): Promise<unknown>
  close(): Promise<void>
}

/** A running engine with a profile of its own. */
export interface Browser {
  readonly version: string
  open(url: string): Promise<Page>
  close(): Promise<void>
}

/** The engines, by the names that vitest gives them. */
export const engines = ['chromium', 'firefox', 'webkit'] as const
export type Engine = (typeof engines)[number]

/** The engines that can be started here. */
export const installedEngines: readonly Engine[] = engines.filter(
  (engine) => engine === 'chromium' || isEquipped(engine),
)

/** Starts an engine without a window. Whoever starts it closes it. */
export async function startBrowser(engine: Engine): Promise<Browser> {
  if (engine === 'webkit') return startWebKit()
  return adapt(
    await launch(
      engine === 'firefox'
        ? { browser: 'firefox', executablePath: firefoxPath, headless: true }
        : { ...(await chromiumLaunch()), headless: true },
    ),
  )
}

async function adapt(browser: PuppeteerBrowser): Promise<Browser> {
  return {
    version: await browser.version(),
    async open(url) {
      const page = await browser.newPage()
      await page.goto(url)
      return {
        goto: async (next) => void (await page.goto(next)),
        back: async () => void (await page.evaluate('void setTimeout(() => history.back())')),
        run: (body) => page.evaluate(`(async () => { ${body} })()`),
        // In Chromium the page hears it, as at a click on the tab's cross; driven like this, Firefox does not always tell it.
        close: () => page.close(),
      }
    },
    close: () => browser.close(),
  }
}
