import { startAuthMock } from '@tokenward/auth-mock'
import { describe, expect, test } from 'vitest'
import { createDevice } from './device.ts'
import { type App, type Host, hosts } from './hosts.ts'
import { type Case, cases } from './suite.ts'

/** Runs a case with a service and a device of its own. */
async function runCase(host: Host, { run }: Case): Promise<void> {
  const mock = await startAuthMock({ clientId: 'shop' })
  const device = createDevice()
  const apps: App[] = []
  try {
    await run({
      host,
      mock,
      device,
      async open() {
        const app = await host.open(device)
        apps.push(app)
        return app
      },
      stateOf: (token) => mock.tokens().find((issued) => issued.token === token)?.state,
    })
  } finally {
    for (const app of apps) app.kill()
    await mock.close()
  }
}

describe.each(hosts.map((host) => ({ name: host.facts.name, host })))('$name', ({ host }) => {
  const own = cases.filter(({ feature }) => !host.without?.includes(feature))
  test.each(own)('$feature: $title', async (given) => {
    expect.hasAssertions()
    await runCase(host, given)
  })
})
