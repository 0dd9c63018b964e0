// What core needs beyond JavaScript and timers comes in through its options.
import type * as core from '@tokenward/auth-core'
import { startAuthMock } from '@tokenward/auth-mock'
import { expect, test } from 'vitest'
import { bundleCore } from './bundles.ts'
import { createRealm, type PlatformFacts, type Realm } from './realm.ts'

const bare: PlatformFacts = {
  name: 'JavaScript and timers',
  sources: ['the smallest platform that core promises to run on'],
  edition: 2017,
  without: ['Intl', 'Proxy', 'escape', 'eval', 'unescape'],
  globals: ['clearTimeout', 'globalThis', 'setTimeout'],
}

const open = (): Realm => createRealm(bare, { clearTimeout, setTimeout })

test('core: verifies and revokes where there is nothing but JavaScript, timers and the fetch of an option', async () => {
  await using mock = await startAuthMock()
  const { createAuthClient, isAuthError } = open().load(await bundleCore()) as typeof core
  const auth = createAuthClient({
    baseUrl: mock.url,
    deviceId: 'a-device-of-the-test',
    maxRetries: 0,
    async fetch(url, { method, headers, body }) {
      const response = await fetch(url, { method, headers, body })
      return { status: response.status, headers: response.headers, text: () => response.text() }
    },
  })
  const token = mock.issueToken({ sub: '42' })
  await expect(auth.verifyToken(token)).resolves.toMatchObject({ active: true, sub: '42' })
  await expect(auth.revokeAndVerifyToken(token)).resolves.toMatchObject({ outcome: 'revoked' })
  await expect(auth.verifyToken(token)).resolves.toMatchObject({ active: false, reason: 'rejected' })
  mock.fail({ operation: 'verifyToken', transport: 'stall' })
  const error: unknown = await auth
    .verifyToken(mock.issueToken(), { timeoutMs: 200 })
    .catch((reason: unknown) => reason)
  expect(error).toMatchObject({ code: 'timeout' })
  expect(isAuthError(error)).toBe(true)
})

test('core: a fetch that is missing is named when the client is created', async () => {
  const { createAuthClient } = open().load(await bundleCore()) as typeof core
  expect(() => createAuthClient({ env: 'my-env' })).toThrow(
    'fetch is required: this platform has none of its own',
  )
})
