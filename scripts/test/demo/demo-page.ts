// What a visitor does on the demo page, and sees of it.
import { expect } from 'vitest'
import type { Page } from '../../browsers/browsers.ts'

/** How long the page may take to show something. */
export const patient = { timeout: 15_000, interval: 50 }

/** The document of one of the two tabs, for the page's own script. */
export const tab = (index: 0 | 1): string => `document.querySelectorAll('iframe')[${index}].contentDocument`

/** What a visitor sees in each of the two tabs. */
export const look = (page: Page): Promise<unknown> =>
  page.run(
    `return [${tab(0)}, ${tab(1)}].map((tab) => tab.querySelector('main > section:not([hidden]) h1')?.textContent)`,
  )
export const notice = (page: Page, index: 0 | 1): Promise<unknown> =>
  page.run(`return ${tab(index)}.querySelector('#notice:not([hidden])')?.textContent`)
/** What the page says of the last token. */
export const lastToken = (page: Page): Promise<unknown> =>
  page.run(`return document.querySelector('#tokens .badge')?.textContent`)
/** What the page says of the last requests, the latest first. */
export const wire = async (page: Page): Promise<readonly unknown[]> =>
  (await page.run(
    `return [...document.querySelectorAll('#wire tr')].map((row) => [...row.cells].slice(1).map((cell) => cell.textContent))`,
  )) as unknown[]
export const click = (page: Page, root: string, selector: string): Promise<unknown> =>
  page.run(`${root}.querySelector('${selector}').click()`)

/** Clicks a switch, and waits until the server has been told. */
export async function flip(page: Page, selector: string): Promise<void> {
  const told = (): Promise<unknown> =>
    page.run(`return performance.getEntriesByName(new URL('network', location.href).href).length`)
  const before = Number(await told())
  await click(page, 'document', selector)
  await expect.poll(told, patient).toBeGreaterThan(before)
}
/** What the page says of the newest token of each client. */
export const verdicts = (page: Page): Promise<unknown> =>
  page.run(`return [...document.querySelectorAll('.verdicts dd')].map((verdict) => verdict.textContent)`)
/** Waits until the vendor's SDK runs in the third tab. */
export const sdkIsReady = (page: Page): Promise<void> =>
  expect
    .poll(
      () =>
        page.run(
          `return !document.querySelectorAll('iframe')[2].contentDocument.querySelector('#signed-out').hidden`,
        ),
      patient,
    )
    .toBe(true)
