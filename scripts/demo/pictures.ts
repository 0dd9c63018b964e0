// Draws the pictures of the root README from the demos themselves: `pnpm demo:pictures`.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { text as readAll } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { crc32 } from 'node:zlib'
import { launch, type Page } from 'puppeteer-core'
import { chromiumLaunch } from '../browsers/chromium.ts'

const folder = fileURLToPath(new URL('../../packages/auth-web/demo/', import.meta.url))
/** The picture of the demo page after both sign-outs got a 503 and the service has come back. */
export const pagePicture: string = `${folder}sign-out.png`
/** The picture of what `npm run demo` prints. */
export const terminalPicture: string = `${folder}terminal.svg`

const textKeyword = 'Source'

/** The digest of the files that the page is made of. */
export function digestPage(): string {
  const hash = createHash('sha256')
  for (const file of globSync('*.{html,css,js}', { cwd: folder }).sort())
    hash.update(readFileSync(folder + file))
  return hash.digest('hex')
}

/** Adds a `tEXt` chunk before the last chunk of a PNG, whose `IEND` takes 12 bytes. */
function label(png: Buffer, text: string): Buffer {
  const content = Buffer.from(`tEXt${textKeyword}\0${text}`, 'latin1')
  const chunk = Buffer.alloc(content.length + 8)
  chunk.writeUInt32BE(content.length - 4)
  content.copy(chunk, 4)
  chunk.writeUInt32BE(crc32(content), content.length + 4)
  return Buffer.concat([png.subarray(0, -12), chunk, png.subarray(-12)])
}

/** Reads which page a picture was drawn from. */
export function readLabel(png: Buffer): string | undefined {
  return /tEXtSource\0([\da-f]{64})/.exec(png.toString('latin1'))?.[1]
}

const verdictsRead = (tokenward: string): string =>
  `[...document.querySelectorAll('.verdicts dd')].map((verdict) => verdict.textContent).join() === '${tokenward}'`

async function signOutUnder503(page: Page): Promise<void> {
  const isReady = `[...document.querySelectorAll('iframe')].every((frame) => frame.contentDocument?.querySelector('main > section:not([hidden])'))`
  await page.waitForFunction(isReady)
  await page.click('#sign-in')
  await page.waitForFunction(verdictsRead('signed in,signed in'))
  await page.click('.segments label:last-child')
  await page.waitForFunction(`document.querySelector('#hint').textContent`)
  await page.click('#sign-out')
  await page.waitForFunction(verdictsRead('signed out, token dies next,token still alive'))
  await page.click('.segments label:first-child')
  await page.waitForFunction(verdictsRead('token dead,token still alive'))
}

async function drawPage(): Promise<Buffer> {
  const env = { ...process.env, BROWSER: 'true' }
  const demo = spawn(process.execPath, [`${import.meta.dirname}/demo-web.ts`], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const browser = await launch({ ...(await chromiumLaunch()), headless: true })
  try {
    let printed = ''
    for await (const chunk of demo.stdout.iterator({ destroyOnReturn: false })) {
      printed += String(chunk)
      if (printed.includes('http:')) break
    }
    const page = await browser.newPage()
    await page.setViewport({ width: 1200, height: 700 })
    await page.goto(/http:\S+/.exec(printed)?.[0] ?? '')
    await signOutUnder503(page)
    return label(Buffer.from(await page.screenshot()), digestPage())
  } finally {
    await browser.close()
    demo.kill()
  }
}

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

/** Draws what `npm run demo` prints as a terminal whose lines appear one after the other. */
export async function drawTerminal(): Promise<string> {
  const demo = spawn(process.execPath, [`${import.meta.dirname}/demo.ts`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const printed = await readAll(demo.stdout)
  const lines = `$ npm run demo\n\n${printed}`
    .trimEnd()
    // Replaces the port and the durations, which differ from run to run.
    .replace(/127\.0\.0\.1:\d+/, '127.0.0.1:4010')
    .replace(/ +\d+ ms /g, '  2 ms ')
    .split('\n')
  const height = lines.length * 18 + 32
  const rows = lines.map((line, index) => {
    const content = line.replace(/[&<>]/g, (character) => escapes[character] ?? '')
    return `<text x="20" y="${(index + 1) * 18 + 12}" style="animation-delay:${(index * 0.12).toFixed(2)}s">${content}</text>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" xml:space="preserve" width="920" height="${height}" viewBox="0 0 920 ${height}">
<title>What npm run demo prints</title>
<style>
text { font: 13px ui-monospace, monospace; fill: #e9f0ee; animation: appear 0s both; }
@keyframes appear { from { visibility: hidden; } }
@media (prefers-reduced-motion: reduce) { text { animation: none; } }
</style>
<rect width="920" height="${height}" rx="10" fill="#0f1413"/>
${rows.join('\n')}
</svg>
`
}

if (import.meta.main) {
  await writeFile(terminalPicture, await drawTerminal())
  await writeFile(pagePicture, await drawPage())
}
