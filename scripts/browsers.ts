// Starts and drives the three browser engines for tests: Chromium comes from the npm registry, Firefox and WebKit from Debian
// (`apt-get install --no-install-recommends firefox-esr webkit2gtk-driver xvfb`).
import { existsSync } from 'node:fs'
import { type Browser as PuppeteerBrowser, launch } from 'puppeteer-core'
import { chromiumPath } from './chromium.ts'
import { isWebKitInstalled, startWebKit } from './webkit.ts'

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

const firefoxPath = '/usr/bin/firefox-esr'

function isInstalled(engine: Engine): boolean {
  if (engine === 'firefox') return existsSync(firefoxPath)
  return engine === 'chromium' || isWebKitInstalled()
}

/** The engines that can be started here. Says so loudly when one cannot; where CI is set, that is a failure. */
export function installedEngines(): readonly Engine[] {
  const missing = engines.filter((engine) => !isInstalled(engine))
  const found = engines.filter(isInstalled)
  // vitest reads its configuration once for every project.
  const isTold = process.env['TOKENWARD_ENGINES_TOLD']
  process.env['TOKENWARD_ENGINES_TOLD'] = 'yes'
  if (!isTold) console.log(`browser tests run in: ${found.join(', ')}`)
  if (missing.length === 0) return found
  const message = `NOT TESTED in ${missing.join(' and ')}: apt-get install --no-install-recommends firefox-esr webkit2gtk-driver xvfb`
  if (process.env['CI']) throw new Error(message)
  if (!isTold) console.warn(`\n!! ${message}\n`)
  return found
}

/** Starts an engine without a window. Whoever starts it closes it. */
export async function startBrowser(engine: Engine): Promise<Browser> {
  if (engine === 'webkit') return startWebKit()
  return adapt(
    await launch(
      engine === 'firefox'
        ? { browser: 'firefox', executablePath: firefoxPath, headless: true }
        : {
            executablePath: await chromiumPath(),
            headless: true,
            args: ['--no-sandbox'],
          },
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
        // Like a click on the tab's cross: the page hears that it is closed.
        close: () => page.close(),
      }
    },
    close: () => browser.close(),
  }
}
