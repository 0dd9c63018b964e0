import { spawn, spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { eventually } from '@tokenward/test-kit/eventually'
import { beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { parseDocument, type Document } from 'yaml'
import { findDrift, generate, render, runCommand } from '../../generate/generate.ts'
import { locate } from '../../generate/read-spec.ts'
import { copyParts } from '../../test-bed/workspace-copy.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const spec = join(root, 'spec/auth.openapi.yaml')
const generated = 'packages/auth-core/src/generated'

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tokenward-generate-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

function copyOfGenerated(): string {
  const folder = temporaryFolder()
  cpSync(join(root, generated), folder, { recursive: true })
  return folder
}

/** Writes a changed copy of the spec, and returns its path. */
function changedSpec(change: (document: Document) => void): string {
  const document = parseDocument(readFileSync(spec, 'utf8'))
  change(document)
  const file = join(temporaryFolder(), 'auth.openapi.yaml')
  writeFileSync(file, document.toString())
  return file
}

const driftOf = async (change: (document: Document) => void): Promise<readonly string[]> => {
  const drifts = await findDrift({ spec: changedSpec(change), outDir: join(root, generated) })
  return drifts.map(({ file, state }) => `${state} ${file}`)
}

test('generate: two runs give the same bytes, which are those in the repository', async () => {
  const first = await render(spec)
  expect([...(await render(spec))]).toStrictEqual([...first])
  const committed = readdirSync(join(root, generated)).map(
    (file) => [file, readFileSync(join(root, generated, file), 'utf8')] as const,
  )
  expect(new Map(committed)).toStrictEqual(first)
})

test('generate: the same spec in another place and in another layout gives the same bytes', async () => {
  expect(await driftOf(() => undefined)).toStrictEqual([])
})

test('check: a deleted file is missing', async () => {
  const outDir = copyOfGenerated()
  rmSync(join(outDir, 'hosts.ts'))
  expect(await findDrift({ spec, outDir })).toStrictEqual([{ file: 'hosts.ts', state: 'missing' }])
})

test('check: a file that was edited by one space is stale', async () => {
  const outDir = copyOfGenerated()
  writeFileSync(join(outDir, 'schema.ts'), `${readFileSync(join(outDir, 'schema.ts'), 'utf8')} `)
  expect(await findDrift({ spec, outDir })).toStrictEqual([{ file: 'schema.ts', state: 'stale' }])
})

test('check: a file that the generator does not make is foreign', async () => {
  const outDir = copyOfGenerated()
  writeFileSync(join(outDir, 'extra.ts'), '')
  expect(await findDrift({ spec, outDir })).toStrictEqual([{ file: 'extra.ts', state: 'foreign' }])
})

test('check: a folder that does not exist lacks every file', async () => {
  const drifts = await findDrift({ spec, outDir: join(temporaryFolder(), 'none') })
  expect(drifts.map(({ file, state }) => `${state} ${file}`)).toStrictEqual([
    'missing hosts.ts',
    'missing key-identities.ts',
    'missing operations.ts',
    'missing schema.ts',
    'missing validators.ts',
  ])
})

test('generate: mends stale, missing and foreign files, and touches no other', async () => {
  const outDir = copyOfGenerated()
  rmSync(join(outDir, 'hosts.ts'))
  writeFileSync(join(outDir, 'schema.ts'), '')
  writeFileSync(join(outDir, '#foreign?.ts'), '')
  const drifts = await generate({ spec, outDir })
  expect(drifts.map(({ file }) => file)).toStrictEqual(['#foreign?.ts', 'hosts.ts', 'schema.ts'])
  expect(readdirSync(outDir).toSorted()).toStrictEqual(readdirSync(join(root, generated)).toSorted())
  expect(await findDrift({ spec, outDir })).toStrictEqual([])
})

test('check: an optional field added to the spec makes types and validators stale', async () => {
  const drift = await driftOf((document) =>
    document.setIn(['components', 'schemas', 'TokenInfo', 'properties', 'username'], { type: 'string' }),
  )
  expect(drift).toStrictEqual(['stale schema.ts', 'stale validators.ts'])
})

test('check: a header added to the spec makes the types stale', async () => {
  const drift = await driftOf((document) =>
    document.setIn(['components', 'responses', 'NotFound', 'headers', 'x-added'], {
      schema: { type: 'string' },
    }),
  )
  expect(drift).toStrictEqual(['stale schema.ts'])
})

test('check: a status added to the spec makes the types stale', async () => {
  const drift = await driftOf((document) =>
    document.setIn(['paths', '/auth/v1/revoke', 'post', 'responses', '409'], {
      $ref: '#/components/responses/BadRequest',
    }),
  )
  expect(drift).toStrictEqual(['stale schema.ts', 'stale validators.ts'])
})

test('check: an operation added to the spec makes operations, types and validators stale', async () => {
  const drift = await driftOf((document) =>
    document.setIn(['paths', '/auth/v1/added', 'get'], {
      operationId: 'added',
      responses: { 200: { description: 'Added' } },
    }),
  )
  expect(drift).toStrictEqual(['stale operations.ts', 'stale schema.ts', 'stale validators.ts'])
})

test('check: a region added to the spec makes the host table stale', async () => {
  const path = ['servers', 0, 'variables', 'regionHost', 'x-regions', 'api.intl.tcloudbasegateway.com']
  expect(await driftOf((document) => document.addIn(path, 'ap-added'))).toStrictEqual(['stale hosts.ts'])
})

const added = { schema: { type: 'string' } }
const ofVerify = ['paths', '/auth/v1/token/introspect', 'get']
const unhandled: readonly (readonly [what: string, name: string, change: (document: Document) => void])[] = [
  [
    'an optional field',
    '"added"',
    (document) => document.setIn(['components', 'schemas', 'TokenInfo', 'properties', 'added'], added.schema),
  ],
  [
    'a header of one operation',
    '"x-added"',
    (document) => document.addIn([...ofVerify, 'parameters'], { name: 'x-added', in: 'header', ...added }),
  ],
  [
    'a query parameter of one operation',
    '"added"',
    (document) => document.addIn([...ofVerify, 'parameters'], { name: 'added', in: 'query', ...added }),
  ],
  [
    'a status of one operation',
    '409',
    (document) =>
      document.setIn([...ofVerify, 'responses', '409'], { $ref: '#/components/responses/BadRequest' }),
  ],
  [
    'a header of one answer',
    '"x-added"',
    (document) => document.setIn([...ofVerify, 'responses', '200', 'headers', 'x-added'], added),
  ],
]

describe('spec-coverage.ts: does not compile with what the client does not handle, and names it', () => {
  let told: readonly string[]

  // One run of the compiler for all of them.
  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tokenward-coverage-'))
    const files = unhandled.map((_, index) => join(String(index), 'client/spec-coverage.ts'))
    try {
      for (const [index, [, , change]] of unhandled.entries()) {
        const document = parseDocument(readFileSync(spec, 'utf8'))
        change(document)
        const changed = join(folder, `${index}.yaml`)
        writeFileSync(changed, document.toString())
        cpSync(join(root, 'packages/auth-core/src/client/spec-coverage.ts'), join(folder, files[index] ?? ''))
        await generate({ spec: changed, outDir: join(folder, String(index), 'generated') })
      }
      const args = ['--ignoreConfig', '--strict', '--noEmit', '--allowImportingTsExtensions', ...files]
      const options = { cwd: folder, encoding: 'utf8' } as const
      const { stdout } = spawnSync(join(root, 'node_modules/.bin/tsc'), args, options)
      const messages = stdout.split(/^(?=\S)/m)
      told = unhandled.map((_, index) => messages.filter((text) => text.startsWith(`${index}/`)).join(''))
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  test.each(unhandled.map(([what, name], index) => ({ what, name, index })))('$what', ({ name, index }) => {
    expect(told[index]).toContain(`notHandledYet: ${name}`)
    expect(told[index]?.match(/error/g)).toHaveLength(1)
  })
})

test('generate: a keyword that is not understood stops it, by its JSON pointer, and nothing is written', async () => {
  const outDir = join(temporaryFolder(), 'generated')
  const file = changedSpec((document) =>
    document.setIn(['components', 'schemas', 'TokenInfo', 'properties', 'sub', 'contentEncoding'], 'base64'),
  )
  await expect(generate({ spec: file, outDir })).rejects.toThrow(
    '#/components/schemas/TokenInfo/properties/sub/contentEncoding: the keyword "contentEncoding" cannot be checked',
  )
  expect(() => readdirSync(outDir)).toThrow('ENOENT')
})

test('generate: a host without regions stops it', async () => {
  const path = ['servers', 0, 'variables', 'regionHost', 'enum']
  await expect(driftOf((document) => document.addIn(path, 'api.example'))).rejects.toThrow(
    '#/servers/0/variables/regionHost/x-regions: must list the hosts of the enum',
  )
})

const manifest = 'packages/auth-core/package.json'

/** A repository with the generator, the spec and its output, and nothing else. */
function copyOfRepository(): string {
  const copy = copyParts(['spec', 'scripts/build', 'scripts/generate', 'packages/auth-core/src', manifest])
  onTestFinished(() => copy[Symbol.dispose]())
  return copy.folder
}

interface Run {
  readonly status: number | null
  readonly output: string
}

/** Runs the generator as a program. */
function startGenerate(folder: string, ...args: string[]): Run {
  const run = spawnSync(process.execPath, ['scripts/generate/generate.ts', ...args], {
    cwd: folder,
    encoding: 'utf8',
  })
  return { status: run.status, output: run.stdout + run.stderr }
}

/** Runs the generator in this process: a program of its own loads a compiler, which takes longer than all the rest. */
async function runGenerate(folder: string, ...args: string[]): Promise<Run> {
  let output = ''
  const print = (text: unknown): void => void (output += `${String(text)}\n`)
  const log = vi.spyOn(console, 'log').mockImplementation(print)
  const error = vi.spyOn(console, 'error').mockImplementation(print)
  try {
    const status = await runCommand(args, folder)
    return { status, output }
  } finally {
    log.mockRestore()
    error.mockRestore()
  }
}

test.each([
  { args: ['--check'], status: 1 },
  { args: ['--chekc'], status: 1 },
  { args: [], status: 0 },
])('generate.ts $args: prints and ends as a program as it does in this process', async ({ args, status }) => {
  const [one, other] = [copyOfRepository(), copyOfRepository()]
  for (const folder of [one, other]) writeFileSync(join(folder, generated, 'operations.ts'), '')
  const program = startGenerate(one, ...args)
  expect(program).toStrictEqual(await runGenerate(other, ...args))
  expect(program).toStrictEqual({ status, output: expect.stringMatching(/\S\n$/) })
  for (const file of readdirSync(join(one, generated)))
    expect(readFileSync(join(one, generated, file))).toStrictEqual(readFileSync(join(other, generated, file)))
})

test('generate.ts: a spec that is not understood ends a program as it ends in this process', async () => {
  const folder = copyOfRepository()
  writeFileSync(join(folder, 'spec/auth.openapi.yaml'), 'openapi: [3.1')
  expect(startGenerate(folder)).toStrictEqual(await runGenerate(folder))
})

test(
  'pnpm generate: --check names the stale file and the mending command, which then mends it',
  { timeout: 60_000 },
  async () => {
    const folder = copyOfRepository()
    expect(await runGenerate(folder, '--check')).toStrictEqual({ status: 0, output: '' })

    const file = join(folder, generated, 'operations.ts')
    writeFileSync(file, '')
    expect(await runGenerate(folder, '--check')).toStrictEqual({
      status: 1,
      output:
        `stale: ${generated}/operations.ts\n` +
        'The generated files are not what spec/auth.openapi.yaml says. To mend them: pnpm generate\n',
    })
    expect(readFileSync(file, 'utf8')).toBe('')

    expect(await runGenerate(folder)).toStrictEqual({
      status: 0,
      output: `mended: ${generated}/operations.ts\n`,
    })
    expect(await runGenerate(folder, '--check')).toStrictEqual({ status: 0, output: '' })
  },
)

test('pnpm generate: a file more at the top of src makes package.json stale, and becomes an entry in every map', async () => {
  const folder = copyOfRepository()
  writeFileSync(join(folder, 'packages/auth-core/src/extra.ts'), 'export {}\n')
  writeFileSync(join(folder, 'packages/auth-core/src/modules-only.mts'), 'export {}\n')
  expect(await runGenerate(folder, '--check')).toStrictEqual({
    status: 1,
    output: `stale: ${manifest}\nA package.json is not what the files of its src say. To mend it: pnpm generate\n`,
  })
  expect(await runGenerate(folder)).toStrictEqual({ status: 0, output: `mended: ${manifest}\n` })
  expect(await runGenerate(folder, '--check')).toStrictEqual({ status: 0, output: '' })
  expect(JSON.parse(readFileSync(join(folder, manifest), 'utf8'))).toMatchObject({
    files: expect.arrayContaining(['extra', 'modules-only']),
    exports: {
      './extra': {
        '@tokenward/source': './src/extra.ts',
        require: './dist/extra.cjs',
        default: './dist/extra.js',
      },
      './modules-only': { '@tokenward/source': './src/modules-only.mts', default: './dist/modules-only.js' },
    },
    publishConfig: {
      exports: {
        './extra': { require: './dist/extra.cjs', default: './dist/extra.js' },
        './modules-only': { default: './dist/modules-only.js' },
      },
    },
  })
})

test('pnpm generate: an option that it does not know is refused, and nothing is written', async () => {
  const folder = copyOfRepository()
  const file = join(folder, generated, 'operations.ts')
  writeFileSync(file, '')
  expect(await runGenerate(folder, '--chekc')).toStrictEqual({
    status: 1,
    output: '--chekc: not understood\nUsage: pnpm generate [--check | --watch]\n',
  })
  expect(readFileSync(file, 'utf8')).toBe('')
})

test('pnpm generate: a spec that is not YAML is refused in one message', async () => {
  const folder = copyOfRepository()
  writeFileSync(join(folder, 'spec/auth.openapi.yaml'), 'openapi: [3.1')
  const { status, output } = await runGenerate(folder)
  expect(status).toBe(1)
  expect(output).toMatch(/^spec\/auth\.openapi\.yaml:1:\d+: .+\n$/)
})

test.each([
  ['contentEncoding: base64', 'contentEncoding: the keyword "contentEncoding" cannot be checked'],
  [`pattern: '('`, 'pattern: "(" is no regular expression'],
])(
  'pnpm generate: an error of the spec has the line and the column of its place: %s',
  async (keyword, words) => {
    const folder = copyOfRepository()
    const file = join(folder, 'spec/auth.openapi.yaml')
    const lines = readFileSync(file, 'utf8').split('\n')
    const line = lines.findIndex((text) =>
      text.includes('client_id: { type: string, description: Client id that'),
    )
    const start = '        client_id: { type: string, '
    lines[line] = `${start}${keyword} }`
    writeFileSync(file, lines.join('\n'))
    const column = start.length + keyword.indexOf(': ') + 3
    expect(await runGenerate(folder)).toStrictEqual({
      status: 1,
      output: `spec/auth.openapi.yaml:${line + 1}:${column}: #/components/schemas/TokenInfo/properties/client_id/${words}\n`,
    })
  },
)

test.each([
  ['a $ref that leads back to itself', `{ $ref: '#/components/schemas/MadeUp' }`, 'leads back to itself'],
  ['an alias within itself', '&made { type: object, x-made: *made }', 'stands within what it is an alias of'],
])('pnpm generate: %s is refused with its line', async (_, schema, words) => {
  const folder = copyOfRepository()
  const file = join(folder, 'spec/auth.openapi.yaml')
  const lines = readFileSync(file, 'utf8').split('\n')
  const at = lines.indexOf('    TokenInfo:')
  lines.splice(at, 0, `    MadeUp: ${schema}`)
  writeFileSync(file, lines.join('\n'))
  const { status, output } = await runGenerate(folder)
  expect(status).toBe(1)
  expect(output).toContain(`spec/auth.openapi.yaml:${at + 1}:`)
  expect(output).toContain(words)
})

test('pnpm generate: a place that is missing has the line and the column of what should hold it', () => {
  const yaml = 'a:\n  b: 1\n  c~/d:\n    e: [x, y]\n'
  expect(locate(yaml, '#/a/c~0~1d/e/1')).toEqual({ line: 4, column: 12 })
  expect(locate(yaml, '#/a/c~0~1d/none/deeper')).toEqual({ line: 4, column: 5 })
  expect(locate(yaml, '#')).toEqual({ line: 1, column: 1 })
  expect(locate('', '#/a')).toEqual({ line: 1, column: 1 })
})

test('pnpm generate --watch: writes again after each change, and goes on after an error', async () => {
  const folder = copyOfRepository()
  const file = join(folder, 'spec/auth.openapi.yaml')
  const child = spawn(process.execPath, ['scripts/generate/generate.ts', '--watch'], { cwd: folder })
  onTestFinished(() => void child.kill())
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const printed = (text: string): Promise<void> => eventually(() => expect(output).toContain(text))
  await printed('watching spec/auth.openapi.yaml')

  const document = parseDocument(readFileSync(file, 'utf8'))
  const username = ['components', 'schemas', 'TokenInfo', 'properties', 'username']
  document.setIn(username, { type: 'text' })
  writeFileSync(file, document.toString())
  await printed('username/type: the type "text" cannot be checked')
  expect(output).not.toContain('mended')

  document.setIn(username, { type: 'string' })
  writeFileSync(file, document.toString())
  await printed(`mended: ${generated}/validators.ts`)
  expect(readFileSync(join(folder, generated, 'validators.ts'), 'utf8')).toContain('username')
})
