import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { parseDocument } from 'yaml'
import { generate } from '../../generate/generate.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const core = join(root, 'packages/auth-core')

const program = `
import { createAuthClient } from './src/index.ts'

const auth = createAuthClient({
  env: 'my-env',
  fetch: (url, { method, headers, body }) => {
    console.log(JSON.stringify({ method, url, authorization: headers['authorization'], body }))
    return Promise.resolve(Response.json({ level: 3 }))
  },
})
const { data } = await auth.api.POST('/auth/v1/token/ping', {
  params: { query: { client_id: 'app' } },
  headers: { authorization: 'Bearer made-up' },
  body: { depth: 2 },
})
const level: number | undefined = data?.level
console.log(level)
// @ts-expect-error the spec says that depth is a number
const wrong = (): unknown => auth.api.POST('/auth/v1/token/ping', { body: { depth: 'two' } })
// @ts-expect-error the spec has no such path
const unknown = (): unknown => auth.api.POST('/auth/v1/token/pong')
console.log(typeof wrong, typeof unknown)
`

test('auth.api: an operation that is added to the spec is called after pnpm generate, typed, with no other edit', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tokenward-operation-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const document = parseDocument(readFileSync(join(root, 'spec/auth.openapi.yaml'), 'utf8'))
  const json = (schema: object): object => ({ content: { 'application/json': { schema } } })
  document.setIn(['paths', '/auth/v1/token/ping', 'post'], {
    operationId: 'pingToken',
    parameters: [{ $ref: '#/components/parameters/ClientId' }],
    requestBody: json({ type: 'object', required: ['depth'], properties: { depth: { type: 'integer' } } }),
    responses: {
      200: {
        description: 'Pinged',
        ...json({ type: 'object', required: ['level'], properties: { level: { type: 'integer' } } }),
      },
    },
  })
  const spec = join(folder, 'auth.openapi.yaml')
  writeFileSync(spec, document.toString())
  cpSync(join(core, 'src'), join(folder, 'src'), { recursive: true })
  symlinkSync(join(core, 'node_modules'), join(folder, 'node_modules'))
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  writeFileSync(join(folder, 'ping.ts'), program)
  await generate({ spec, outDir: join(folder, 'src/generated') })

  const run = (command: string, args: readonly string[]): { stdout: string; stderr: string } =>
    spawnSync(join(root, 'node_modules/.bin', command), args, { cwd: folder, encoding: 'utf8' })
  const options = { extends: join(root, 'tsconfig.base.json') }
  const lib = ['es2022', 'dom', 'dom.iterable']
  const tsconfig = { ...options, compilerOptions: { lib }, files: ['ping.ts'] }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(tsconfig))
  expect(run('tsc', ['-p', '.']).stdout).toBe('')

  const { stdout, stderr } = run('node', ['ping.ts'])
  expect(stderr).toBe('')
  const [request = '', ...rest] = stdout.trim().split('\n')
  expect(JSON.parse(request)).toEqual({
    method: 'POST',
    url: 'https://my-env.api.tcloudbasegateway.com/auth/v1/token/ping?client_id=app',
    authorization: 'Bearer made-up',
    body: '{"depth":2}',
  })
  expect(rest).toEqual(['3', 'function function'])
})
