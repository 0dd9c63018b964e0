import { type AuthMock, startAuthMock } from '@tokenward/auth-mock'
import { startPrism } from '@tokenward/scripts/test-bed/prism'
import { afterAll, beforeAll } from 'vitest'
import { clientSuite } from '@tokenward/test-kit/client-suite'
import { createAuthClient } from '../../src/index.ts'

let mock: AuthMock
let prism: Awaited<ReturnType<typeof startPrism>>
beforeAll(async () => {
  mock = await startAuthMock({ clientId: 'my-env' })
  prism = await startPrism({ upstream: mock.url })
})
afterAll(async () => {
  await prism.close()
  await mock.close()
})

const suiteMock = (url: string) => ({
  url,
  issueToken: (options: Parameters<AuthMock['issueToken']>[0]) => Promise.resolve(mock.issueToken(options)),
})
clientSuite('auth-node against auth-mock', createAuthClient, () => suiteMock(mock.url))
clientSuite("auth-node against auth-mock, through Prism's proxy", createAuthClient, () =>
  suiteMock(prism.url),
)
