// Lets vitest run browser tests in the engines that Playwright cannot drive as Debian ships them.
import { defineBrowserProvider } from '@vitest/browser'
import type { BrowserProviderOption } from 'vitest/node'
import { type Browser, type Engine, startBrowser } from './browsers.ts'

export const engineProvider: BrowserProviderOption = defineBrowserProvider({
  name: 'engine',
  supportedBrowser: ['firefox', 'webkit'],
  providerFactory(project) {
    let browser: Promise<Browser> | undefined
    // The tester asks for a size before each test; these engines keep theirs.
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
