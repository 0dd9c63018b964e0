// The browsers of vitest: Playwright drives Chromium, and cannot drive Firefox and WebKit as Debian ships them.
import { defineBrowserProvider } from '@vitest/browser'
import { playwright } from '@vitest/browser-playwright'
import type { BrowserProviderOption } from 'vitest/node'
import { type Browser, type Engine, startBrowser } from './browsers.ts'
import { chromiumLaunch } from './chromium.ts'

/** Resolves to what starts an engine for vitest. */
export async function createVitestProvider(engine: Engine): Promise<BrowserProviderOption> {
  return engine === 'chromium' ? playwright({ launchOptions: await chromiumLaunch() }) : engineOfDebian
}

const engineOfDebian: BrowserProviderOption = defineBrowserProvider({
  name: 'engine',
  supportedBrowser: ['firefox', 'webkit'],
  providerFactory(project) {
    let browser: Promise<Browser> | undefined
    // Vitest asks for a viewport size before each test; these engines keep their own.
    project.browser?.registerCommand('__vitest_viewport' as never, (async () => undefined) as never)
    return {
      name: 'engine',
      supportsParallelism: false,
      getCommandsContext: () => ({}),
      async openPage(_session, url) {
        browser ??= startBrowser(project.config.browser.name as Engine)
        await (await browser).open(url)
      },
      async close() {
        await (await browser)?.close()
        browser = undefined
      },
    }
  },
})
