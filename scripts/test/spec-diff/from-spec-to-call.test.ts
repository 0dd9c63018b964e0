// An operation that is added to the spec, in a copy of the workspace, can be called with no further edit.
import { execFile } from 'node:child_process'
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Document, parseDocument } from 'yaml'
import { startPrism } from '../../test-bed/prism.ts'
import { copyWorkspace, type WorkspaceCopy } from '../../test-bed/workspace-copy.ts'

const minutes = 60_000
const specName = 'spec/auth.openapi.yaml'
const generated = 'packages/auth-core/src/generated'
const core = 'packages/auth-core'

let copy: WorkspaceCopy
beforeAll(() => {
  copy = copyWorkspace()
  copyFileSync(join(copy.folder, specName), join(copy.folder, 'released.yaml'))
}, minutes)
afterAll(() => copy[Symbol.dispose]())

interface Run {
  readonly status: number
  readonly output: string
}

/** Runs a command without blocking, because Prism answers from this process. */
function run(folder: string, command: string, ...args: readonly string[]): Promise<Run> {
  const options = { cwd: join(copy.folder, folder), env: { ...process.env, NO_COLOR: '1' } }
  return new Promise((resolve) => {
    execFile(command, args, options, (error, stdout, stderr) => {
      resolve({ status: error ? Number(error.code) : 0, output: stdout + stderr })
    })
  })
}

const bin = (name: string): string => join(copy.folder, 'node_modules/.bin', name)
const runGenerate = (...args: string[]): Promise<Run> =>
  run('.', process.execPath, 'scripts/generate/generate.ts', ...args)
const runDiff = (): Promise<Run> =>
  run('.', process.execPath, 'scripts/spec-diff/spec-diff.ts', '--base', 'released.yaml')

/** Makes the spec of the copy a changed one of the released spec. */
function changeSpec(change: (document: Document) => void): void {
  const document = parseDocument(readFileSync(join(copy.folder, 'released.yaml'), 'utf8'))
  change(document)
  writeFileSync(join(copy.folder, specName), document.toString())
}

const schema = (name: string, ...keys: (string | number)[]): (string | number)[] => [
  'components',
  'schemas',
  name,
  ...keys,
]

describe('an operation that is added', () => {
  const path = '/auth/v1/token/ping'
  const call = `
import { createAuthClient } from '../src/index.ts'
import { isPing } from '../src/generated/validators.ts'

const { api } = createAuthClient({ baseUrl: process.env['PRISM_URL'] ?? '' })
const headers = { authorization: 'Bearer made-up-token' }
const { data } = await api.POST('${path}', { body: { text: 'a' }, headers })
const pong: string | null | undefined = data?.pong
// @ts-expect-error -- the body needs a text
export const wrong = (): unknown => api.POST('${path}', { body: {}, headers })
// @ts-expect-error -- the answer has no such field
export const none: unknown = data?.none
console.log(JSON.stringify({ pong, isGood: isPing(data), isAnythingGood: isPing({ pong: 1 }) }))
`

  test(
    'can be called through auth.api, typed and validated, against Prism, with no edit but the spec',
    async () => {
      const content = (schemaOfIt: object, more: object = {}): object => ({
        content: { 'application/json': { schema: schemaOfIt, ...more } },
      })
      changeSpec((document) => {
        document.setIn(schema('Ping'), {
          type: 'object',
          required: ['pong'],
          properties: { pong: { type: ['string', 'null'], maxLength: 9 } },
        })
        document.setIn(['paths', path, 'post'], {
          operationId: 'pingToken',
          requestBody: {
            required: true,
            ...content({ type: 'object', required: ['text'], properties: { text: { type: 'string' } } }),
          },
          responses: {
            200: {
              description: 'The answer',
              ...content(
                { $ref: '#/components/schemas/Ping' },
                { examples: { pong: { value: { pong: 'a' } } } },
              ),
            },
          },
        })
      })
      expect(await runGenerate()).toMatchObject({ status: 0 })
      expect(readFileSync(join(copy.folder, generated, 'operations.ts'), 'utf8')).toContain(
        `pingToken: { method: 'POST', path: '${path}' }`,
      )
      expect(await runDiff()).toMatchObject({
        status: 1,
        output: expect.stringContaining(`the operation \`POST ${path}\` was added`),
      })
      writeFileSync(join(copy.folder, core, 'test/ping.ts'), call)
      expect(await run(core, bin('tsc'))).toEqual({ status: 0, output: '' })
      await using prism = await startPrism({ spec: join(copy.folder, specName) })
      process.env['PRISM_URL'] = prism.url
      expect(await run(core, process.execPath, 'test/ping.ts')).toEqual({
        status: 0,
        output: '{"pong":"a","isGood":true,"isAnythingGood":false}\n',
      })
    },
    3 * minutes,
  )
})
