// What each part of the set-up says to a change of the spec, in a copy of the workspace: the generator, the compiler,
// spec:diff, and the tests of auth-core. And an operation that is added can be called with no further edit.
import { execFile } from 'node:child_process'
import { copyFileSync, cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Document, parseDocument } from 'yaml'
import { type Drift, generate } from '../../generate/generate.ts'
import { compareSpecs, type NamedSpec, readSpecFile } from '../../spec-diff/base.ts'
import { worstOf } from '../../spec-diff/change.ts'
import { startPrism } from '../../test-bed/prism.ts'
import { copyWorkspace, type WorkspaceCopy } from '../../test-bed/workspace-copy.ts'

const minutes = 60_000
const specName = 'spec/auth.openapi.yaml'
const generated = 'packages/auth-core/src/generated'
const core = 'packages/auth-core'

let copy: WorkspaceCopy
beforeAll(() => {
  copy = copyWorkspace()
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
const runGenerate = (): Promise<Run> => run('.', process.execPath, 'scripts/generate/generate.ts')
const runDiff = (): Promise<Run> =>
  run('.', process.execPath, 'scripts/spec-diff/spec-diff.ts', '--base', 'released.yaml')

/** Changes a spec. */
function changeSpec(file: string, change: (document: Document) => void): void {
  const document = parseDocument(readFileSync(file, 'utf8'))
  change(document)
  writeFileSync(file, document.toString())
}

const schema = (name: string, ...keys: (string | number)[]): (string | number)[] => [
  'components',
  'schemas',
  name,
  ...keys,
]
const revoke = ['paths', '/auth/v1/revoke', 'post']

/** What the JSON reporter of Vitest writes, as far as it is read here. */
interface TestResults {
  readonly testResults: readonly {
    readonly name: string
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[]
  }[]
}

interface Mutation {
  readonly name: string
  readonly change: (document: Document) => void
  /** The generated files that are not as the spec says. */
  readonly stale: readonly string[]
  /** What the compiler says of auth-core, or undefined where it says nothing. */
  readonly compiler: RegExp | undefined
  /** What `pnpm spec:diff` says of all changes together. */
  readonly consequence: 'additive' | 'breaking'
  /** A test of auth-core that fails, or undefined where none does. */
  readonly failingTest: RegExp | undefined
}

const mutations: readonly Mutation[] = [
  {
    name: 'a field is renamed',
    change: (document) => {
      document.deleteIn(schema('TokenInfo', 'properties', 'scope'))
      document.setIn(schema('TokenInfo', 'properties', 'scopes'), { type: 'string' })
    },
    stale: ['schema.ts', 'validators.ts'],
    compiler: /spec-coverage\.ts.*[\s\S]*notHandledYet: "scopes"/,
    consequence: 'breaking',
    failingTest: /verifyToken/,
  },
  {
    name: 'a field becomes required',
    change: (document) => document.setIn(schema('TokenInfo', 'required'), ['sub', 'client_id']),
    stale: ['schema.ts', 'validators.ts'],
    compiler: undefined,
    consequence: 'additive',
    failingTest: /verifyToken/,
  },
  {
    name: 'a status is added',
    change: (document) =>
      document.setIn([...revoke, 'responses', '409'], { $ref: '#/components/responses/UnexpectedError' }),
    stale: ['schema.ts'],
    compiler: /spec-coverage\.ts.*[\s\S]*notHandledYet: 409/,
    consequence: 'additive',
    failingTest: undefined,
  },
  {
    name: 'a value of an enum is removed',
    change: (document) =>
      document.deleteIn(schema('UnauthenticatedTokenError', 'anyOf', 1, 'properties', 'code', 'enum', 1)),
    stale: ['schema.ts', 'validators.ts'],
    compiler: undefined,
    consequence: 'breaking',
    failingTest: /accessTokenExpired/,
  },
  {
    name: 'a header is added',
    change: (document) =>
      document.setIn([...revoke, 'responses', '200', 'headers', 'x-added'], { schema: { type: 'string' } }),
    stale: ['schema.ts'],
    compiler: /spec-coverage\.ts.*[\s\S]*notHandledYet: "x-added"/,
    consequence: 'additive',
    failingTest: undefined,
  },
  {
    name: 'an operation is removed',
    change: (document) => void document.deleteIn(['paths', '/auth/v1/revoke']),
    stale: ['operations.ts', 'schema.ts', 'validators.ts'],
    compiler: /spec-coverage\.ts/,
    consequence: 'breaking',
    failingTest: /each answer that settles the matter/,
  },
]

/** All that auth-core and these two files of its tests need. */
const parts = [
  'spec',
  'tsconfig.base.json',
  'packages/auth-core',
  'packages/test-kit',
  'scripts/generate',
  'scripts/node_modules',
  'scripts/package.json',
  'scripts/test-bed',
]
const tests = 'test/client/{spec-examples,verify-token}.test.ts'

/** The copy for one mutation, within that of the workspace. */
const folderOf = ({ name }: Mutation): string =>
  `mutations/${mutations.findIndex((each) => each.name === name)}`

describe('each change: generator, compiler, spec:diff and tests notice what is theirs to notice', () => {
  /** The titles of the tests that failed and of those that passed, by the path of their file. */
  let results: readonly { readonly file: string; readonly status: string; readonly title: string }[]
  const drifts = new Map<Mutation, readonly Drift[]>()

  // One start of Vitest for all of them, in one process: each would take longer to start, and to load Prism, than its tests take.
  beforeAll(async () => {
    for (const mutation of mutations) {
      const folder = join(copy.folder, folderOf(mutation))
      for (const part of parts)
        cpSync(join(copy.folder, part), join(folder, part), { recursive: true, verbatimSymlinks: true })
      symlinkSync(join(copy.folder, 'node_modules'), join(folder, 'node_modules'))
      const options = { spec: join(folder, specName), outDir: join(folder, generated) }
      changeSpec(options.spec, mutation.change)
      // The commands have tests of their own. Here each of them would load a compiler, or YAML, for each mutation.
      drifts.set(mutation, await generate(options))
    }
    writeFileSync(
      join(copy.folder, 'mutations/vitest.config.ts'),
      `import sourceConditions from '../scripts/test-bed/source-conditions.ts'
export default {
  root: import.meta.dirname,
  ...sourceConditions,
  test: { include: ['*/${core}/${tests}'], isolate: false, fileParallelism: false, testTimeout: 20_000 },
}
`,
    )
    await run('mutations', bin('vitest'), 'run', '--reporter=json', '--outputFile=results.json')
    const { testResults } = JSON.parse(
      readFileSync(join(copy.folder, 'mutations/results.json'), 'utf8'),
    ) as TestResults
    results = testResults.flatMap(({ name, assertionResults }) =>
      assertionResults.map(({ status, fullName }) => ({ file: name, status, title: fullName })),
    )
  }, 3 * minutes)

  test.each(mutations)(
    '$name',
    async (mutation) => {
      const { stale, compiler, consequence, failingTest } = mutation
      const folder = folderOf(mutation)
      expect(drifts.get(mutation)).toEqual(stale.map((file) => ({ file, state: 'stale' })))
      const [released, changed] = ['.', folder].map((root) =>
        readSpecFile(specName, join(copy.folder, root, specName)),
      ) as [NamedSpec, NamedSpec]
      expect(worstOf(compareSpecs(released, changed))).toBe(consequence)

      const compiled = await run(join(folder, core), bin('tsc'))
      if (compiler) expect(compiled.output).toMatch(compiler)
      else expect(compiled).toEqual({ status: 0, output: '' })

      const own = results.filter(({ file }) => file.startsWith(join(copy.folder, folder, core)))
      expect(own.filter(({ status }) => status === 'passed')).not.toEqual([])
      const failed = own.flatMap(({ status, title }) => (status === 'passed' ? [] : [title]))
      if (failingTest) expect(failed).toContainEqual(expect.stringMatching(failingTest))
      else expect(failed).toEqual([])
    },
    minutes,
  )
})

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
      copyFileSync(join(copy.folder, specName), join(copy.folder, 'released.yaml'))
      changeSpec(join(copy.folder, specName), (document) => {
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
