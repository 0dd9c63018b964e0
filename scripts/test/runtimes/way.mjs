// Checks a token after something of the process was set up in the way that WAY names, and prints the name of the server that answered, or the error.
import { createRequire } from 'node:module'
import { createAuthClient } from '@tokenward/auth-node'

const { WAY = '', TOOLS = '', TOKENWARD_BASE_URL } = process.env
const replaced = async () => Response.json({ sub: 'replaced' })
let events = 0

/** What is set up, and the options that go with it. */
const ways = {
  agent: async () => ({ agent: new (await import('node:http')).Agent() }),
  channel: async () => {
    const { subscribe } = await import('node:diagnostics_channel')
    subscribe('http.client.request.created', () => (events += 1))
  },
  fetch: () => void (globalThis.fetch = replaced),
  'own fetch': () => {
    const options = { fetch: (url, init) => fetch(url, init) }
    globalThis.fetch = replaced
    return options
  },
  dispatcher: () => {
    // By its name alone, as an application imports it.
    const { MockAgent, setGlobalDispatcher } = createRequire(TOOLS)('undici')
    const agent = new MockAgent()
    // Bun's own `undici` has no more than the names.
    agent.disableNetConnect?.()
    agent
      .get?.(TOKENWARD_BASE_URL)
      .intercept({ path: '/auth/v1/token/introspect' })
      .reply(200, { sub: 'by MockAgent' }, { headers: { 'content-type': 'application/json' } })
    setGlobalDispatcher(agent)
  },
  'dispatcher, own fetch': () => {
    ways.dispatcher()
    return { fetch: (url, init) => fetch(url, init) }
  },
  msw: () => {
    const { http, HttpResponse } = createRequire(TOOLS)('msw')
    const { setupServer } = createRequire(TOOLS)('msw/node')
    setupServer(http.get('*/auth/v1/token/introspect', () => HttpResponse.json({ sub: 'by MSW' }))).listen()
  },
  'global-agent': () => void createRequire(TOOLS)('global-agent').bootstrap(),
  'http.globalAgent': async () => {
    const http = await import('node:http')
    const agent = new http.Agent()
    agent.addRequest = (request) => request.destroy(new Error('by http.globalAgent'))
    http.default.globalAgent = agent
  },
  variables: () => undefined,
}

try {
  const options = (await ways[WAY]()) ?? {}
  const { sub } = await createAuthClient({ maxRetries: 0, timeoutMs: 10_000, ...options }).verifyToken(
    'opaque',
  )
  console.log(sub + (events > 0 ? ` and ${events} event` : ''))
} catch (error) {
  console.log(`${error.name} ${error.argument ?? error.reason ?? error.message}`)
}
process.exit()
