// Tabs for tests inside a page: same-origin frames, each with its own copy of the package, its own channel and storage events.
import { inject } from 'vitest'
import type * as types from '../../src/index.ts'

export type Web = typeof types

/** A frame with the package loaded afresh. */
export interface Tab {
  readonly web: Web
  readonly window: Window & typeof globalThis
}

// In one file: Firefox asks for each file anew in each frame.
const entry = `${inject('service').relay}/page-web.js`

/** Opens a tab; `prepare` runs in it before the package is loaded. */
export async function openTab(prepare?: (window: Tab['window']) => void): Promise<Tab> {
  const frame = document.createElement('iframe')
  document.body.append(frame)
  const window = frame.contentWindow as Tab['window'] & { web?: Web; loaded?: () => void }
  prepare?.(window)
  const script = window.document.createElement('script')
  script.type = 'module'
  script.textContent = `import * as web from ${JSON.stringify(entry)}; window.web = web; window.loaded()`
  await new Promise<void>((resolve) => {
    window.loaded = resolve
    window.document.head.append(script)
  })
  if (!window.web) throw new Error('the package did not load')
  return { web: window.web, window }
}

export function closeTabs(): void {
  for (const frame of document.querySelectorAll('iframe')) frame.remove()
}
