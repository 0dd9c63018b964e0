import { clientSuite } from '@tokenward/test-kit/client-suite'
import { createAuthClient } from '../../src/index.ts'
import { baseUrl, issueToken } from '../bed/relay.ts'

clientSuite('auth-web against auth-mock', createAuthClient, () => ({
  url: baseUrl,
  issueToken: (options) => issueToken({ ...options, clientId: 'my-env' }),
}))
