// WebKitGTK, driven by a few lines of WebDriver: no client library knows how to start its driver.
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, globSync } from 'node:fs'
import { createServer } from 'node:net'
import { createInterface } from 'node:readline'
import type { Browser } from './browsers.ts'

const driverPath = '/usr/bin/WebKitWebDriver'
const displayPath = '/usr/bin/Xvfb'
const browserPaths = '/usr/lib/*/webkit2gtk-4.*/MiniBrowser'

export function isWebKitInstalled(): boolean {
  return existsSync(driverPath) && existsSync(displayPath) && globSync(browserPaths).length > 0
}

/** Starts a display, the driver and the browser; `close` ends all three. */
export async function startWebKit(): Promise<Browser> {
  const [binary] = globSync(browserPaths)
  const children: ChildProcess[] = []
  const killAll = (): void => children.forEach((child) => child.kill('SIGKILL'))
  process.once('exit', killAll)

  const display = spawn(displayPath, ['-displayfd', '1', '-screen', '0', '1280x800x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  children.push(display)
  const [number] = await once(createInterface({ input: display.stdout }))
  const port = await freePort()
  const env = { ...process.env, DISPLAY: `:${number}`, GDK_BACKEND: 'x11', NO_AT_BRIDGE: '1' }
  children.push(spawn(driverPath, [`--port=${port}`], { env, stdio: 'ignore' }))

  const driver = `http://127.0.0.1:${port}`
  async function send(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<unknown> {
    const init = method === 'POST' ? { body: JSON.stringify(body ?? {}) } : {}
    const response = await fetch(driver + path, { method, ...init })
    const { value } = (await response.json()) as { value: unknown }
    if (!response.ok)
      throw new Error(`WebDriver ${path.split('/').at(-1)}: ${JSON.stringify(value).slice(0, 300)}`)
    return value
  }
  while (!(await fetch(`${driver}/status`).catch(() => undefined))) await new Promise(setImmediate)

  const capabilities = {
    alwaysMatch: { 'webkitgtk:browserOptions': { binary, args: ['--automation'] } },
  }
  const session = (await send('POST', '/session', { capabilities })) as {
    sessionId: string
    capabilities: { browserVersion: string }
  }
  const at = `/session/${session.sessionId}`
  await send('POST', `${at}/timeouts`, { script: 60_000 })
  const [first] = (await send('GET', `${at}/window/handles`)) as string[]

  // The driver has one current window, so commands to different tabs take turns.
  let turn: Promise<unknown> = Promise.resolve()
  function inTab<Result>(handle: string | undefined, work: () => Promise<Result>): Promise<Result> {
    const done = turn.then(async () => {
      await send('POST', `${at}/window`, { handle })
      return work()
    })
    turn = done.catch(() => undefined)
    return done
  }

  return {
    version: `WebKitGTK/${session.capabilities.browserVersion}`,
    async open(url) {
      const { handle } = await inTab(
        first,
        () => send('POST', `${at}/window/new`, { type: 'tab' }) as Promise<{ handle: string }>,
      )
      const tab = (method: 'POST' | 'DELETE', path: string, body?: object): Promise<unknown> =>
        inTab(handle, () => send(method, at + path, body))
      await tab('POST', '/url', { url })
      return {
        goto: async (next) => void (await tab('POST', '/url', { url: next })),
        back: async () => void (await tab('POST', '/back')),
        async run(body) {
          const script = `const done = arguments[0]; (async () => { ${body} })().then((value) => done({ value }), (error) => done({ error: String(error) }))`
          const { value, error } = (await tab('POST', '/execute/async', { script, args: [] })) as {
            value?: unknown
            error?: string
          }
          if (error !== undefined) throw new Error(error)
          return value
        },
        close: async () => void (await tab('DELETE', '/window')),
      }
    },
    async close() {
      await send('DELETE', at).catch(() => undefined)
      killAll()
      process.off('exit', killAll)
    },
  }
}

async function once(lines: AsyncIterable<string>): Promise<[string]> {
  for await (const line of lines) return [line]
  throw new Error('Xvfb did not start')
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address ? address.port : 0
}
