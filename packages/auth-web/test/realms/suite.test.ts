import { type AuthMock, startAuthMock } from '@tokenward/auth-mock'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createDevice } from './device.ts'
import { type App, hosts } from './hosts.ts'
import { type Bed, cases } from './suite.ts'

let mock: AuthMock
beforeAll(async () => {
  mock = await startAuthMock({ clientId: 'shop' })
})
beforeEach(() => mock.reset())
afterAll(() => mock.close())

describe.each(hosts.map((host) => ({ name: host.facts.name, host })))('$name', ({ host }) => {
  test.each(cases)('$feature: $title', async ({ run }) => {
    expect.hasAssertions()
    const device = createDevice()
    const apps: App[] = []
    const bed: Bed = {
      host,
      mock,
      device,
      async open() {
        const app = await host.open(device)
        apps.push(app)
        return app
      },
      stateOf: (token) => mock.tokens().find((issued) => issued.token === token)?.state,
    }
    try {
      await run(bed)
    } finally {
      for (const app of apps) app.kill()
    }
  })
})
