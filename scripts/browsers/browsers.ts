// Starts the three browser engines for tests: Chromium comes from the npm registry, Firefox and WebKit from Debian.
import { type Browser as PuppeteerBrowser, launch } from 'puppeteer-core'
import { firefoxPath, isEquipped } from '../test-bed/system-tools.ts'
import type { Browser } from './browser.ts'
import { chromiumLaunch } from './chromium.ts'
import { startWebKit } from './webkit.ts'

export type { Browser, Page } from './browser.ts'

/** The engines, by the names that vitest gives them. */
export const engines = ['chromium', 'firefox', 'webkit'] as const
export type Engine = (typeof engines)[number]

/** The engines that can be started here. */
export const installedEngines: readonly Engine[] = engines.filter(
  (engine) => engine === 'chromium' || isEquipped(engine),
)

/** Starts an engine without a window. */
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
        // Chromium fires `pagehide` as it does for a click on the tab's close button; a driven Firefox does not always.
        close: () => page.close(),
      }
    },
    close: () => browser.close(),
  }
}
