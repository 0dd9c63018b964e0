// Jest as it is by default, and with ts-jest as Nest sets it up: it loads CommonJS alone.
import { describe, expect, test } from 'vitest'
import { createConsumer, nodes } from './project.ts'

const project = createConsumer('jest', 'ts-jest', 'typescript', '@types/jest', '@types/node')

const plain = `
const { createAuthClient, createTokenVerifier } = require('@tokenward/auth-node')
const { startAuthMock } = require('@tokenward/auth-mock')
test('a revoked token is dead', async () => {
  const mock = await startAuthMock()
  const auth = createAuthClient({ baseUrl: mock.url })
  const verifier = createTokenVerifier(auth)
  const token = mock.issueToken({ sub: '42' })
  expect(await verifier.verifyToken(token)).toMatchObject({ active: true, sub: '42' })
  expect(await auth.revokeToken(token)).toEqual({ outcome: 'revoked' })
  expect(await verifier.verifyToken(token)).toMatchObject({ active: false })
  await verifier.close()
  await mock.close()
})
`

const typed = `
import { createAuthClient, createTokenVerifier, isAuthError, type VerifiedToken } from '@tokenward/auth-node'
import { requireToken } from '@tokenward/auth-node/express'
import { type AuthMock, startAuthMock } from '@tokenward/auth-mock'
import type { paths } from '@tokenward/auth-core/openapi'

describe('orders', () => {
  let mock: AuthMock
  beforeEach(async () => {
    mock = await startAuthMock()
  })
  afterEach(() => mock.close())

  it('knows who asks', async () => {
    const auth = createAuthClient({ baseUrl: mock.url, clientId: 'mock-env' })
    const verifier = createTokenVerifier(auth)
    const answer: VerifiedToken | { readonly active: false } = await verifier.verifyToken(mock.issueToken({ sub: '42' }))
    expect(answer).toMatchObject({ active: true, sub: '42' })
    expect(typeof requireToken(verifier)).toBe('function')
    await verifier.close()
  })

  it('tells an outage from a signed-out user', async () => {
    const path: keyof paths = '/auth/v1/token/introspect'
    mock.fail({ operation: 'verifyToken', status: 503 })
    const failure: unknown = await createAuthClient({ baseUrl: mock.url, maxRetries: 0 })
      .verifyToken(mock.issueToken())
      .catch((error: unknown) => error)
    expect(isAuthError(failure) && failure.code).toBe('api')
    expect(path).toContain('introspect')
  })
})
`

/** What \`nest new\` writes, without what is about coverage. */
const nestJest = {
  moduleFileExtensions: ['js', 'json', 'ts'],
  rootDir: 'src',
  testRegex: '.*\\.spec\\.ts$',
  transform: { '^.+\\.(t|j)s$': 'ts-jest' },
  testEnvironment: 'node',
}
const nestCompiler = {
  declaration: true,
  removeComments: true,
  emitDecoratorMetadata: true,
  experimentalDecorators: true,
  allowSyntheticDefaultImports: true,
  target: 'ES2022',
  sourceMap: true,
  outDir: './dist',
  baseUrl: './',
  incremental: true,
  skipLibCheck: true,
  strict: true,
}
const compilers = {
  'Nest 10: commonjs': { ...nestCompiler, module: 'commonjs' },
  'Nest 11: nodenext': {
    ...nestCompiler,
    module: 'nodenext',
    moduleResolution: 'nodenext',
    esModuleInterop: true,
    isolatedModules: true,
  },
}

describe.each(nodes)('Node %s', (_version, node) => {
  test('Jest without any setting loads the packages', { timeout: 120_000 }, async () => {
    project.write({ 'plain.test.js': plain })
    const printed = await project.run(node, ['node_modules/jest/bin/jest.js', '--config', '{}', 'plain'])
    expect(printed).toMatch(/^Tests: +1 passed, 1 total$/m)
  })

  test.each(Object.entries(compilers))(
    'ts-jest, %s',
    { timeout: 120_000 },
    async (_name, compilerOptions) => {
      project.write({
        'src/orders.spec.ts': typed,
        'tsconfig.json': JSON.stringify({ compilerOptions }),
      })
      const config = JSON.stringify(nestJest)
      const printed = await project.run(node, [
        'node_modules/jest/bin/jest.js',
        '--no-cache',
        '--config',
        config,
      ])
      expect(printed).toMatch(/^Tests: +2 passed, 2 total$/m)
    },
  )
})
