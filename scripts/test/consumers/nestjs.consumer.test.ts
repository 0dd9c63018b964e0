// Applications of NestJS: 12, which is an ES module, loaded from both forms, and 11, which is CommonJS.
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { startAuthMock } from '@tokenward/auth-mock'
import { eventually } from '@tokenward/test-kit/eventually'
import { freePort } from '@tokenward/test-kit/ports'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { readBlocks } from '../../test-bed/markdown-blocks.ts'
import { root } from '../../test-bed/run-command.ts'
import { createProject } from '../packed/project.ts'
import { httpApp, liveApp, openApp } from './nest-app.ts'
import { createConsumer, nodes } from './project.ts'

function readProgram(page: string): string {
  const guide = readFileSync(join(root, 'packages/docs/pages/guide', page), 'utf8')
  return readBlocks(guide).find(({ mark }) => mark === 'consumer')?.source ?? ''
}
/** The guide's program, and its recipe for open connections. */
const [program, recipe] = [readProgram('frameworks.md'), readProgram('sockets.md')]

const project = createConsumer(
  '@apollo/server',
  '@as-integrations/express5',
  '@nestjs/apollo',
  '@nestjs/common',
  '@nestjs/core',
  '@nestjs/graphql',
  '@nestjs/platform-express',
  '@nestjs/platform-fastify',
  '@nestjs/platform-socket.io',
  '@nestjs/platform-ws',
  '@nestjs/websockets',
  '@types/node',
  'graphql',
  'reflect-metadata',
  'rxjs',
  'socket.io-client',
  'ws',
)
const project11 = createProject({
  links: {
    'scripts/consumers': ['@types/node'],
    'scripts/consumers/nest11': [
      '@nestjs/common',
      '@nestjs/core',
      '@nestjs/platform-express',
      'reflect-metadata',
      'rxjs',
    ],
  },
})

const tsconfig = JSON.stringify({
  compilerOptions: {
    module: 'nodenext',
    target: 'es2022',
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: true,
    experimentalDecorators: true,
    emitDecoratorMetadata: true,
    types: ['node'],
  },
})

/** What the compiler has to say of the applications. */
const compiled: string[] = []

beforeAll(async () => {
  project.write({ 'esm/guide.ts': program })
  // Types that only tests need.
  const declarations =
    'declare module "ws" { export const WebSocket: any; export type WebSocket = import("@tokenward/auth-node/upgrade").ClosableSocket }'
  for (const [folder, type] of [
    ['esm', 'module'],
    ['cjs', 'commonjs'],
  ] as const) {
    project.write({
      [`${folder}/package.json`]: JSON.stringify({ type }),
      [`${folder}/tsconfig.json`]: tsconfig,
      [`${folder}/http.ts`]: httpApp,
      [`${folder}/live.ts`]: liveApp,
      [`${folder}/open.ts`]: openApp,
      [`${folder}/recipe.ts`]: recipe,
      [`${folder}/ws.d.ts`]: declarations,
    })
    compiled.push(await project.compile('5.9', '-p', folder))
  }
  project11.write({
    'cjs/package.json': '{}',
    'cjs/tsconfig.json': tsconfig,
    'cjs/http.ts': httpApp,
    'cjs/fastify.d.ts': 'declare module "@nestjs/platform-fastify" { export const FastifyAdapter: any }',
  })
  compiled.push(await project11.compile('5.9', '-p', 'cjs'))
}, 120_000)

const challenge = (error: string): unknown =>
  expect.stringMatching(new RegExp(`^Bearer realm="api", error="${error}"`))
const body = (error: string): unknown => expect.stringContaining(`{"error":"${error}"`)
const served = {
  health: [200, '{"isPublic":true}', null],
  me: [200, '{"sub":"42"}', null],
  cookie: [200, '{"sub":"42"}', null],
  foreign: [403, body('access_denied'), null],
  none: [401, body('none'), 'Bearer realm="api"'],
  bad: [401, body('invalid_token'), challenge('invalid_token')],
  two: [400, body('invalid_request'), challenge('invalid_request')],
  admin: [403, body('insufficient_scope'), expect.stringContaining('scope="user admin"')],
  list: [200, '{"list":true}', null],
  cart: [200, '{"sub":"42"}', null],
  cartWithout: [401, body('none'), 'Bearer realm="api"'],
}
const text = [401, '{"statusCode":401,"message":"closed: none"}', 'Bearer realm="api"']

/** What a program printed as its only line; what else it printed shows in the failure. */
function readAnswer(printed: string): unknown {
  expect(printed).toMatch(/^\{.*\}\n$/)
  return JSON.parse(printed)
}

test('the applications compile, as ES modules and as CommonJS', () => {
  expect(compiled).toEqual(['', '', ''])
})

describe.each(nodes)('Node %s', (_version, node) => {
  test.each(['esm', 'cjs'])(
    'NestJS 12, %s: HTTP on Express and on Fastify',
    { timeout: 60_000 },
    async (form) => {
      await using mock = await startAuthMock({ clientId: 'my-env' })
      const printed = await project.run(node, [`${form}/http.js`], {
        TOKENWARD_BASE_URL: mock.url,
        TOKENWARD_CLIENT_ID: 'my-env',
        TOKEN: mock.issueToken({ sub: '42', scope: 'user' }),
      })
      expect(readAnswer(printed)).toEqual({ express: served, fastify: served, text })
    },
  )

  test("the guide's program: answers with the user, and lets everybody ask for its health", async () => {
    await using mock = await startAuthMock({ clientId: 'my-env' })
    const { NODE_OPTIONS: _options, NODE_PATH: _path, ...own } = process.env
    const port = await freePort()
    const child = spawn(node, ['esm/guide.js'], {
      cwd: project.folder,
      env: { ...own, TOKENWARD_BASE_URL: mock.url, TOKENWARD_CLIENT_ID: 'my-env', PORT: String(port) },
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    onTestFinished(() => void child.kill())
    const url = `http://127.0.0.1:${port}`
    const health = await eventually(() => fetch(`${url}/health`))
    const headers = { authorization: `Bearer ${mock.issueToken({ sub: '42' })}` }
    expect([health.status, await health.text()]).toEqual([200, 'well'])
    expect((await fetch(`${url}/me`)).status).toBe(401)
    expect(await (await fetch(`${url}/me`, { headers })).json()).toEqual({ sub: '42' })
  })

  test('NestJS 11, which is CommonJS: HTTP on Express', { timeout: 60_000 }, async () => {
    await using mock = await startAuthMock({ clientId: 'my-env' })
    const printed = await project11.run(node, ['cjs/http.js'], {
      TOKENWARD_BASE_URL: mock.url,
      TOKENWARD_CLIENT_ID: 'my-env',
      TOKEN: mock.issueToken({ sub: '42', scope: 'user' }),
    })
    expect(readAnswer(printed)).toEqual({ express: served, text })
  })

  test.each(['esm', 'cjs'])(
    'NestJS 12, %s: GraphQL, and gateways, which handle no message after a revocation',
    { timeout: 60_000 },
    async (form) => {
      await using mock = await startAuthMock({ clientId: 'my-env' })
      const tokens = ['42', '43'].map((sub) => mock.issueToken({ sub, scope: 'user' }))
      const printed = await project.run(node, [`${form}/live.js`], {
        TOKENWARD_BASE_URL: mock.url,
        TOKENWARD_CLIENT_ID: 'my-env',
        TOKENS: tokens.join(' '),
      })
      const refusal = expect.objectContaining({ status: 'error', statusCode: 401, error: 'invalid_token' })
      expect(readAnswer(printed)).toEqual({
        graphql: {
          hello: [{ hello: 'hello' }, null],
          me: [{ me: '42', hello: 'hello', a: '42', b: '42' }, null],
          none: [null, ['UNAUTHENTICATED']],
          admin: [{ hello: 'hello', admin: null }, ['FORBIDDEN']],
        },
        ws: [
          { event: 'me', data: '42' },
          { event: 'hello', data: null },
          { event: 'exception', data: refusal },
          { event: 'hello', data: null },
        ],
        socketIo: ['43', refusal],
      })
    },
  )

  test.each(['esm', 'cjs'])(
    "NestJS 12, %s: the guide's gateway and stream of events end with their token, and no other",
    { timeout: 60_000 },
    async (form) => {
      await using mock = await startAuthMock({ clientId: 'my-env' })
      const tokens = ['42', '43', '44'].map((sub) => mock.issueToken({ sub }))
      mock.fail({ token: tokens[2], status: 503 })
      const printed = await project.run(node, [`${form}/open.js`], {
        TOKENWARD_BASE_URL: mock.url,
        TOKENWARD_CLIENT_ID: 'my-env',
        TOKENS: tokens.join(' '),
      })
      expect(readAnswer(printed)).toEqual({
        results: [
          ['4401', 'refused'],
          // An outage is no reason to sign in anew.
          ['4503', 'refused'],
          { event: 'me', data: '42' },
          ['4401', 'revoked'],
          [200, true, true],
          401,
          { event: 'me', data: '43' },
        ],
      })
    },
  )
})
