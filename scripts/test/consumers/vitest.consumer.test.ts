// The oldest Vitest and MSW that the mock's helpers are for. auth-mock's own tests use the newest.
import { describe, expect, test } from 'vitest'
import { createConsumer, nodes } from './project.ts'

const project = createConsumer('vitest', 'msw')

const helpers = `
import { createAuthClient } from '@tokenward/auth-core'
import { startAuthMock } from '@tokenward/auth-mock'
import { createMockHandlers } from '@tokenward/auth-mock/msw'
import { createMockTest, test } from '@tokenward/auth-mock/vitest'
import { setupServer } from 'msw/node'
import { expect } from 'vitest'

test('a revoked token is dead', async ({ mock }) => {
  const auth = createAuthClient({ baseUrl: mock.url })
  const token = mock.issueToken({ sub: '42' })
  expect(await auth.revokeAndVerifyToken(token)).toEqual({ outcome: 'revoked' })
  expect(mock.tokens()).toHaveLength(1)
})

test('the next test finds nothing of it', ({ mock }) => {
  expect(mock.tokens()).toHaveLength(0)
})

createMockTest({ clientId: 'shop' })('options reach the mock', async ({ mock }) => {
  const auth = createAuthClient({ baseUrl: mock.url })
  expect(await auth.verifyToken(mock.issueToken())).toMatchObject({ client_id: 'shop' })
})

test('MSW hands the requests for the real host to the mock', async () => {
  const mock = await startAuthMock()
  const server = setupServer(...createMockHandlers(mock, { env: 'shop' }))
  server.listen()
  expect(await createAuthClient({ env: 'shop' }).verifyToken(mock.issueToken())).toMatchObject({ active: true })
  server.close()
  await mock.close()
})
`

describe.each(nodes)('Node %s', (_version, node) => {
  test('Vitest 4 and MSW 2 work with the helpers', { timeout: 120_000 }, async () => {
    project.write({ 'helpers.test.mjs': helpers })
    const printed = await project.run(node, ['node_modules/vitest/vitest.mjs', 'run', '--no-color'])
    expect(printed).toMatch(/^ +Tests +4 passed \(4\)$/m)
  })
})
