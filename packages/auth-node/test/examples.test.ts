import { startAuthMock } from '@tokenward/auth-mock'
import { expect, test } from 'vitest'
import { examples, tryExample, withExample, worked } from './start-example.ts'

test.each(examples)('examples/%s.mjs: knows whose token it is, and ends a session for good', async (name) => {
  expect(await tryExample(name, process.execPath)).toEqual(worked)
})

test.each(examples)(
  'examples/%s.mjs: what the service answers is not the answer of the server',
  async (name) => {
    await using mock = await startAuthMock()
    const variables = { TOKENWARD_BASE_URL: mock.url, TOKENWARD_CLIENT_ID: mock.clientId }
    await withExample(name, process.execPath, variables, async (url) => {
      const headers = { authorization: `Bearer ${mock.issueToken()}` }
      mock.fail({ operation: 'revokeToken', status: 404 })
      const response = await fetch(`${url}/sign-out`, { method: 'POST', headers })
      expect(response.status).toBe(503)
      expect(await response.json()).toEqual({ outcome: 'unknown', reason: 'api' })
    })
  },
)
