// The demo page as a visitor clicks through it, in Chromium.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { type Browser, type Page, startBrowser } from '../../browsers/browsers.ts'
import {
  click,
  flip,
  lastToken,
  look,
  notice,
  patient,
  sdkIsReady,
  tab,
  verdicts,
  wire,
} from './demo-page.ts'

const demo = fileURLToPath(new URL('../../demo/demo-web.ts', import.meta.url))
const minutes = 60_000

let url: string
/** A folder with a browser in it that does nothing but note what it is to open. */
let folder: string
let browser: Browser
let stop: () => Promise<unknown>

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tokenward-demo-'))
  const opener = join(folder, 'browser')
  await writeFile(opener, '#!/bin/sh\nprintf %s "$1" > "$0.txt"\n', { mode: 0o755 })
  const env = { ...process.env, BROWSER: opener }
  const child = spawn(process.execPath, [demo], { stdio: ['ignore', 'pipe', 'inherit'], env })
  const exited = once(child, 'exit')
  stop = () => (child.kill(), exited)
  let printed = ''
  for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
    printed += String(chunk)
    url = /http:\S+/.exec(printed)?.[0] ?? ''
    if (url) break
  }
  browser = await startBrowser('chromium')
}, minutes)
afterAll(async () => {
  await browser?.close()
  await stop?.()
  await rm(folder, { recursive: true })
})

/** Opens the page and signs in in the first tab; resolves to the page and the token. */
async function signIn(): Promise<{ readonly page: Page; readonly token: string }> {
  const page = await browser.open(url)
  onTestFinished(() => page.close())
  await expect.poll(() => look(page), patient).toEqual(['Welcome back', 'Welcome back'])
  await click(page, tab(0), '[data-user="1001"]')
  await expect.poll(() => look(page), patient).toEqual(['Personal account', 'Personal account'])
  // The token of an earlier test is dead.
  await expect.poll(() => lastToken(page), patient).toEqual('alive')
  return { page, token: String(await page.run(`return localStorage.getItem('demo_access_token')`)) }
}

test('demo:web: opens the page in the browser of the user who starts it', async () => {
  const opened = (): Promise<string> => readFile(join(folder, 'browser.txt'), 'utf8').catch(() => '')
  await expect.poll(opened, patient).toEqual(url)
})

test(
  'demo:web: a session shows in both tabs, and when one signs out the other follows',
  async () => {
    const { page } = await signIn()
    await click(page, tab(0), '#sign-out')
    await expect.poll(() => look(page), patient).toEqual(['Welcome back', 'Welcome back'])
    await expect
      .poll(() => notice(page, 0), patient)
      .toEqual('Signed out. The service confirms that the token is dead.')
    await expect.poll(() => notice(page, 1), patient).toEqual('You have signed out in another tab.')
    await expect.poll(() => lastToken(page), patient).toEqual('dead')
  },
  minutes,
)

test(
  'demo:web: what goes over the wire is shown without the token, which stands nowhere on the page',
  async () => {
    const { page, token } = await signIn()
    const documents = (): Promise<unknown> =>
      page.run(
        `return [document, ${tab(0)}, ${tab(1)}].map((each) => each.documentElement.outerHTML).join('')`,
      )
    const signedIn = await documents()
    const before = await wire(page)
    await click(page, tab(1), '#sign-out')
    await expect
      .poll(() => wire(page), patient)
      .toEqual([
        ['200', 'GET /auth/v1/token/introspect', 'Bearer [redacted]'],
        ['200', 'POST /auth/v1/revoke', 'Bearer [redacted]'],
        ...before,
      ])
    expect(token.split('.')).toHaveLength(3)
    for (const part of token.split('.'))
      expect(String(signedIn) + String(await documents())).not.toContain(part)
  },
  minutes,
)

test(
  'demo:web: signed out offline, the page says that the service is still to be told, and tells it when it can',
  async () => {
    const { page } = await signIn()
    await click(page, 'document', 'input[value=offline]')
    await expect
      .poll(() => page.run(`return document.querySelector('#hint').textContent !== ''`), patient)
      .toEqual(true)
    await click(page, tab(0), '#sign-out')
    await expect.poll(() => look(page), patient).toEqual(['Welcome back', 'Welcome back'])
    await expect
      .poll(() => notice(page, 0), patient)
      .toEqual('Signed out here. The service cannot be reached; it will be told as soon as it can.')
    expect(await page.run(`return (await (await fetch('report.json')).json()).tokens[0].state`)).toBe(
      'active',
    )
    await click(page, 'document', 'input[value=fine]')
    await expect
      .poll(() => notice(page, 0), patient)
      .toEqual('Signed out. The service has been told, and the token is dead.')
    await expect.poll(() => lastToken(page), patient).toEqual('dead')
  },
  minutes,
)

test(
  'demo:web: signed out while the service answers 503, the page shows it, and that the service is told later',
  async () => {
    const { page } = await signIn()
    await flip(page, 'input[value=unavailable]')
    await click(page, tab(0), '#sign-out')
    await expect.poll(() => look(page), patient).toEqual(['Welcome back', 'Welcome back'])
    await expect
      .poll(() => wire(page).then(([latest]) => latest), patient)
      .toEqual(['503', 'POST /auth/v1/revoke', 'Bearer [redacted]'])
    await flip(page, 'input[value=fine]')
    await expect.poll(() => lastToken(page), patient).toEqual('dead')
  },
  minutes,
)

test(
  'demo:web: signed out while the service is slow, both tabs are empty before it has answered',
  async () => {
    const { page } = await signIn()
    await flip(page, 'input[value=slow]')
    await click(page, tab(0), '#sign-out')
    expect(await look(page)).toEqual(['Welcome back', 'Welcome back'])
    expect(await notice(page, 0)).toBe('Signed out here. Telling the service …')
    await expect.poll(() => lastToken(page), patient).toEqual('dead')
    await flip(page, 'input[value=fine]')
  },
  minutes,
)

test(
  'demo:web: with storage blocked each tab has a session of its own, and signs out all the same',
  async () => {
    const { page } = await signIn()
    await flip(page, 'input[name=storage]')
    await expect.poll(() => look(page), patient).toEqual(['Welcome back', 'Welcome back'])
    await click(page, tab(0), '[data-user="2002"]')
    await expect.poll(() => look(page), patient).toEqual(['Work account', 'Welcome back'])
    await click(page, tab(0), '#sign-out')
    await expect.poll(() => look(page), patient).toEqual(['Welcome back', 'Welcome back'])
    await expect.poll(() => lastToken(page), patient).toEqual('dead')
    await flip(page, 'input[name=storage]')
    await expect.poll(() => look(page), patient).toEqual(['Personal account', 'Personal account'])
    await click(page, tab(0), '#sign-out')
    await expect.poll(() => look(page), patient).toEqual(['Welcome back', 'Welcome back'])
  },
  minutes,
)

test(
  "demo:web: under 503 the token of the vendor's SDK stays alive, and Tokenward's dies once the service is back",
  async () => {
    const page = await browser.open(url)
    onTestFinished(() => page.close())
    await sdkIsReady(page)
    await click(page, 'document', '#sign-in')
    await expect.poll(() => verdicts(page), patient).toEqual(['signed in', 'signed in'])
    await flip(page, 'input[value=unavailable]')
    await click(page, 'document', '#sign-out')
    await expect
      .poll(() => verdicts(page), patient)
      .toEqual(['signed out, token dies next', 'token still alive'])
    await flip(page, 'input[value=fine]')
    await expect.poll(() => verdicts(page), patient).toEqual(['token dead', 'token still alive'])
    await click(page, 'document', 'button[type=reset]')
    await expect.poll(() => verdicts(page), patient).toEqual(['not signed in yet', 'not signed in yet'])
    await expect.poll(() => look(page), patient).toEqual(['Welcome back', 'Welcome back'])
  },
  minutes,
)

test(
  'demo:web: a try that fails offline stands on the wire as well',
  async () => {
    const { page } = await signIn()
    await flip(page, 'input[value=offline]')
    await click(page, tab(0), '#sign-out')
    await expect
      .poll(() => wire(page).then(([latest]) => latest), patient)
      .toEqual(['offline', 'POST /auth/v1/revoke', 'Bearer [redacted]'])
    await flip(page, 'input[value=fine]')
    await expect.poll(() => lastToken(page), patient).toEqual('dead')
  },
  minutes,
)

test(
  'demo:web: on a phone nothing lies beyond an edge, and the switch and the verdict stand on one screen',
  async () => {
    const { page } = await signIn()
    await click(page, tab(0), '#sign-out')
    await expect.poll(() => lastToken(page), patient).toEqual('dead')
    await page.run(`
      const phone = document.createElement('iframe')
      Object.assign(phone, { id: 'phone', src: '/' })
      phone.style.width = '375px'
      document.body.append(phone)`)
    const phone = `document.querySelector('#phone').contentDocument`
    const app = `${phone}.querySelector('iframe').contentDocument`
    const isReady = `${phone}.querySelector('td') && ${app}.querySelector('main > section:not([hidden])')`
    await expect.poll(() => page.run(`return !!(${isReady})`), patient).toBe(true)
    expect(
      await page.run(`
        ${app}.querySelector('#notice').textContent = 'Signed out here. The service cannot be reached; it will be told as soon as it can.'
        const screen = ${phone}.documentElement
        const log = ${phone}.querySelector('.scroll')
        const inner = ${app}.documentElement
        const bottomOf = (selector) => ${phone}.querySelector(selector).getBoundingClientRect().bottom
        const verdictIsOnFirstScreen = bottomOf('.verdicts') < 640
        return [screen.clientWidth, screen.scrollWidth, log.scrollWidth - log.clientWidth, inner.scrollHeight - inner.clientHeight, verdictIsOnFirstScreen]`),
    ).toEqual([375, 375, 0, 0, true])
  },
  minutes,
)

test(
  'demo:web: what is announced to a screen reader was there, empty, before it spoke',
  async () => {
    const page = await browser.open(url)
    onTestFinished(() => page.close())
    await expect.poll(() => look(page), patient).toEqual(['Welcome back', 'Welcome back'])
    expect(
      await page.run(
        `return [document.querySelector('#hint'), ${tab(0)}.querySelector('#notice')].map((status) => [status.textContent, status.role, status.checkVisibility()])`,
      ),
    ).toEqual([
      ['', 'status', true],
      ['', 'status', true],
    ])
  },
  minutes,
)
