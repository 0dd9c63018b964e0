import type { TestProject } from 'vitest/node'
import { startRelay } from './bed/relay-server.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the mock is, and where tests in a page reach what only Node can do. */
    readonly service: { readonly url: string; readonly foreignUrl: string; readonly relay: string }
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const relay = await startRelay()
  project.provide('service', { url: relay.mock.url, foreignUrl: relay.foreignUrl, relay: relay.url })
  return relay.close
}
