// Lets vitest run browser tests in Firefox and WebKit as Debian ships them, which Playwright cannot drive.
import { defineBrowserProvider } from '@vitest/browser'
import type { BrowserProviderOption } from 'vitest/node'
import { type Browser, type Engine, startBrowser } from './browsers.ts'

export const vitestBrowserProvider: BrowserProviderOption = defineBrowserProvider({
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
