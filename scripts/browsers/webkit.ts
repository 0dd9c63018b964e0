// WebKitGTK as Debian ships it, driven by selenium-webdriver on a display without a screen.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { freePort } from '@tokenward/test-kit/ports'
import { Builder, Capabilities, type ThenableWebDriver } from 'selenium-webdriver'
import { displayPath, webkitBrowserPath, webkitDriverPath } from '../test-bed/system-tools.ts'
import type { Browser } from './browser.ts'

/** Starts a display, the driver and the browser; `close` ends all three. */
export async function startWebKit(): Promise<Browser> {
  const children: ChildProcess[] = []
  const killAll = (): void => children.forEach((child) => child.kill('SIGKILL'))
  process.once('exit', killAll)

  const display = spawn(displayPath, ['-displayfd', '1', '-screen', '0', '1280x800x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  children.push(display)
  const [number] = (await once(createInterface({ input: display.stdout }), 'line')) as [string]
  const env = { ...process.env, DISPLAY: `:${number}`, GDK_BACKEND: 'x11', NO_AT_BRIDGE: '1' }
  const address = await startDriver(env, children)
  const options = { binary: webkitBrowserPath, args: ['--automation'] }
  const driver = new Builder()
    .disableEnvironmentOverrides()
    .usingServer(address)
    .withCapabilities(new Capabilities({ browserName: 'MiniBrowser', 'webkitgtk:browserOptions': options }))
    .build()
  await driver.manage().setTimeouts({ script: 60_000 })
  return adapt(driver, async () => {
    await driver.quit().catch(() => undefined)
    killAll()
    process.off('exit', killAll)
  })
}

/**
 * Starts the driver of WebKitGTK; selenium's class for a local driver starts Apple's `safaridriver`.
 *
 * @returns where it listens
 */
async function startDriver(env: NodeJS.ProcessEnv, children: ChildProcess[]): Promise<string> {
  for (let left = 5; left > 0; left -= 1) {
    const port = await freePort()
    const driver = spawn(webkitDriverPath, [`--port=${port}`], { env, stdio: 'ignore' })
    children.push(driver)
    const address = `http://127.0.0.1:${port}`
    // It ends where another program has taken the port meanwhile, which may answer as well.
    while (driver.exitCode === null) {
      const response = await fetch(`${address}/status`).catch(() => undefined)
      if (response?.ok) return address
      await new Promise(setImmediate)
    }
  }
  throw new Error(`${webkitDriverPath} does not start`)
}

async function adapt(driver: ThenableWebDriver, close: () => Promise<void>): Promise<Browser> {
  const first = await driver.getWindowHandle()
  // The driver has one current window, so commands to different tabs take turns.
  let turn: Promise<unknown> = Promise.resolve()
  let current: string | undefined
  function inTab<Result>(handle: string, work: () => Promise<Result>): Promise<Result> {
    const done = turn.then(async () => {
      if (current !== handle) await driver.switchTo().window(handle)
      current = handle
      return work()
    })
    turn = done.catch(() => undefined)
    return done
  }
  return {
    version: `WebKitGTK/${(await driver.getCapabilities()).getBrowserVersion()}`,
    async open(url) {
      const handle = await inTab(first, async () => {
        await driver.switchTo().newWindow('tab')
        current = await driver.getWindowHandle()
        return current
      })
      await inTab(handle, () => driver.get(url))
      return {
        goto: (next) => inTab(handle, () => driver.get(next)),
        back: () => inTab(handle, () => driver.navigate().back()),
        async run(body) {
          const script = `const done = arguments[0]; (async () => { ${body} })().then((value) => done({ value }), (error) => done({ error: String(error) }))`
          const { value, error } = await inTab(handle, () =>
            driver.executeAsyncScript<{ value?: unknown; error?: string }>(script),
          )
          if (error !== undefined) throw new Error(error)
          return value
        },
        close: () => inTab(handle, () => driver.close()),
      }
    },
    close,
  }
}
