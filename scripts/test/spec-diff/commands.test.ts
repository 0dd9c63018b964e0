// The commands, run on a copy of the workspace with a git history of its own.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Document, parseDocument } from 'yaml'
import { type Command, runCommand } from '../../spec-diff/base.ts'
import { changeset as changesetCommand } from '../../spec-diff/spec-changeset.ts'
import { compare } from '../../spec-diff/spec-compare.ts'
import { diff } from '../../spec-diff/spec-diff.ts'
import type { Spec } from './made-up-spec.ts'
import { copyParts, type WorkspaceCopy } from '../../test-bed/workspace-copy.ts'

const spec = 'spec/auth.openapi.yaml'
const packed = 'packages/auth-core/auth.openapi.yaml'
const changeset = '.changeset/spec.md'

let copy: WorkspaceCopy
const ownFolder = process.cwd()
beforeEach(() => {
  copy = copyParts([
    '.changeset',
    'packages/auth-core/package.json',
    'scripts/generate',
    'scripts/spec-diff',
    'spec',
  ])
  process.chdir(copy.folder)
})
afterEach(() => {
  process.chdir(ownFolder)
  copy[Symbol.dispose]()
})

interface Run {
  readonly status: number | null
  readonly output: string
}

function run(command: string, ...args: readonly string[]): Run {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: copy.folder, encoding: 'utf8' })
  return { status, output: stdout + stderr }
}

/** Runs a command in this process: one of its own takes half a second to load YAML. */
function call(command: Command, args: readonly string[]): Run {
  const log = vi.spyOn(console, 'log').mockReturnValue()
  const error = vi.spyOn(console, 'error').mockReturnValue()
  try {
    const status = runCommand(command, args, copy.folder)
    const lines = [...log.mock.calls, ...error.mock.calls]
    return { status, output: lines.map(([text]) => `${text}\n`).join('') }
  } finally {
    log.mockRestore()
    error.mockRestore()
  }
}

const specDiff = (...args: string[]): Run => call(diff, args)
const specChangeset = (...args: string[]): Run => call(changesetCommand, args)
const specCompare = (...args: string[]): Run => call(compare, args)

const read = (file: string): string => readFileSync(join(copy.folder, file), 'utf8')
const write = (file: string, text: string): void => writeFileSync(join(copy.folder, file), text)

function change(file: string, how: (document: Document) => void): void {
  const document = parseDocument(read(spec))
  how(document)
  write(file, document.toString())
}

const tokenInfo = ['components', 'schemas', 'TokenInfo']
const addField = (document: Document): void =>
  document.setIn([...tokenInfo, 'properties', 'username'], { type: 'string' })
const dropField = (document: Document): void => void document.deleteIn([...tokenInfo, 'properties', 'scope'])
const reword = (document: Document): void => document.setIn([...tokenInfo, 'description'], 'Reworded')

const author = ['-c', 'user.name=Made Up', '-c', 'user.email=made-up@example.com']

/** Commits the workspace as it is, and tags it as a release. */
function release(version: string): void {
  run('git', 'init', '-q')
  run('git', 'add', 'spec', '.changeset')
  run('git', ...author, 'commit', '-qm', version, '--allow-empty')
  tag(version)
}

/** Tags the last commit as another release. */
function tag(version: string): void {
  run('git', ...author, 'tag', '-am', version, `@tokenward/auth-core@${version}`)
}

/** Leaves no changeset of the repository, and gives auth-core a version. */
function startAt(version: string): void {
  for (const file of run('ls', '.changeset')
    .output.trim()
    .split('\n')
    .filter((name) => name.endsWith('.md')))
    rmSync(join(copy.folder, '.changeset', file))
  const manifest = 'packages/auth-core/package.json'
  write(manifest, read(manifest).replace(/"version": "[^"]*"/, `"version": "${version}"`))
}

test.each([
  ['spec-diff.ts', ['--base', 'other.yaml'], diff, 1],
  ['spec-diff.ts', ['--base', spec], diff, 0],
  ['spec-changeset.ts', ['--check', '--base', 'other.yaml'], changesetCommand, 1],
  ['spec-compare.ts', ['other.yaml'], compare, 1],
  ['spec-compare.ts', [], compare, 3],
] as const)(
  '%s %j: prints and ends as a program as it does in this process',
  (file, args, command, status) => {
    startAt('1.0.0')
    change('other.yaml', (document) => document.deleteIn([...tokenInfo, 'properties', 'scope']))
    const program = run(process.execPath, `scripts/spec-diff/${file}`, ...args)
    expect(program).toEqual(call(command, args))
    expect(program).toMatchObject({ status, output: expect.stringMatching(/\w\n$/) })
  },
)

describe('spec:diff', () => {
  test('compares with the tag of the last release: 0 for nothing and for words, 1 for more, 2 for breaking', () => {
    release('0.9.0')
    release('0.10.0')
    expect(specDiff()).toEqual({ status: 0, output: '0 changes since @tokenward/auth-core@0.10.0\n' })
    change(spec, reword)
    expect(specDiff()).toMatchObject({
      status: 0,
      output: expect.stringMatching(/^docs .*\n1 change since .*, together docs\n$/),
    })
    change(spec, addField)
    expect(specDiff()).toMatchObject({
      status: 1,
      output: expect.stringContaining(
        'additive  response  #/components/schemas/TokenInfo/properties/username: the property `username` was added: optional\n',
      ),
    })
    change(spec, dropField)
    expect(specDiff()).toMatchObject({ status: 2, output: expect.stringContaining('together breaking\n') })
  })

  test('--json: the consequence, and each change with its place, words, direction and consequence', () => {
    release('1.0.0')
    change(spec, addField)
    const { status, output } = specDiff('--json')
    expect(status).toBe(1)
    expect(JSON.parse(output)).toEqual({
      consequence: 'additive',
      changes: [
        {
          where: '#/components/schemas/TokenInfo/properties/username',
          what: 'the property `username` was added: optional',
          direction: 'response',
          consequence: 'additive',
        },
      ],
    })
  })

  test('--base: a git ref or a file', () => {
    release('1.0.0')
    change(spec, addField)
    expect(specDiff('--base', 'HEAD').status).toBe(1)
    expect(specDiff('--base', spec)).toEqual({ status: 0, output: `0 changes since ${spec}\n` })
  })

  test('without a release: the file that auth-core packs', () => {
    change(packed, dropField)
    const { status, output } = specDiff()
    expect(status).toBe(1)
    expect(output).toContain(`since ${packed}`)
    expect(output).toContain(
      "there is no release yet: compared with the build's own copy; name a git ref with --base\n",
    )
  })

  test('without a release: the last commit, where there is no build from before the change', () => {
    run('git', 'init', '-q')
    run('git', 'add', 'spec')
    run('git', ...author, 'commit', '-qm', 'spec')
    change(spec, addField)
    const expected = {
      status: 1,
      output: expect.stringContaining('there is no release yet: compared with the last commit; '),
    }
    rmSync(join(copy.folder, packed), { force: true })
    expect(specDiff()).toMatchObject(expected)
    // As `npm test` and `pnpm build` leave it.
    write(packed, read(spec))
    expect(specDiff()).toMatchObject(expected)
    expect(specChangeset()).toMatchObject({
      status: 0,
      output: expect.stringContaining('wrote .changeset/spec.md'),
    })
  })

  test('could not be run: 3, and says why', () => {
    rmSync(join(copy.folder, packed), { force: true })
    expect(specDiff()).toEqual({
      status: 3,
      output:
        'there is no release yet, and no build of auth-core: pnpm build, or name a git ref or a file with --base\n',
    })
    expect(specDiff('--base', 'nowhere')).toEqual({
      status: 3,
      output: `"nowhere" is no file, and no git ref that holds ${spec}\n`,
    })
    expect(specDiff('--base', '')).toEqual({
      status: 3,
      output: '--base is empty: name a git ref or a file\n',
    })
    expect(specDiff('--bsae', spec)).toMatchObject({ status: 3, output: expect.stringContaining('--bsae') })
    write('other.yaml', 'swagger: "2.0"')
    expect(specDiff('--base', 'other.yaml')).toEqual({
      status: 3,
      output: 'other.yaml:1:1: this is no OpenAPI document of version 3: `openapi` is missing\n',
    })
  })
})

test('spec:diff: a release candidate comes before its release, and other branches do not count', () => {
  release('1.0.0-rc.1')
  tag('1.0.0')
  expect(specDiff().output).toContain('since @tokenward/auth-core@1.0.0\n')
  run('git', 'switch', '-q', '-c', 'next')
  release('2.0.0')
  run('git', 'switch', '-q', '-')
  expect(specDiff().output).toContain('since @tokenward/auth-core@1.0.0\n')
})

test.each([
  ['spec:diff', () => specDiff('--base', 'theirs.yaml')],
  ['spec:compare', () => specCompare('theirs.yaml')],
  ['spec:changeset', () => specChangeset('--base', 'theirs.yaml')],
])('%s: a mistake has the name of its file, the line and the column', (_, command) => {
  const lines = read(spec).split('\n')
  const at = lines.indexOf('      required: [sub]')
  lines[at] = '      required: sub'
  write('theirs.yaml', lines.join('\n'))
  expect(command()).toEqual({
    status: 3,
    output: `theirs.yaml:${at + 1}:17: #/components/schemas/TokenInfo/required: must be a list, and is "sub"\n`,
  })
})

describe('spec:changeset', () => {
  test.each([
    { what: 'a field more', how: addField, version: '1.2.0', bump: 'minor' },
    { what: 'a field less', how: dropField, version: '1.2.0', bump: 'major' },
    { what: 'a field less before 1.0.0', how: dropField, version: '0.3.0', bump: 'minor' },
  ])('$what: CI asks for $bump, and the command that it names mends it', ({ how, version, bump }) => {
    startAt(version)
    release(version)
    expect(specChangeset('--check')).toEqual({ status: 0, output: '' })
    change(spec, how)
    expect(specChangeset('--check')).toEqual({
      status: 1,
      output: `The changes of the spec deserve a ${bump} version, and no changeset is there. To mend it: pnpm spec:changeset\n`,
    })
    expect(specChangeset().status).toBe(0)
    expect(read(changeset)).toContain(`---\n'@tokenward/auth-core': ${bump}\n---\n`)
    expect(specChangeset('--check')).toEqual({ status: 0, output: '' })
  })

  test('a changeset that says less does not do', () => {
    startAt('1.0.0')
    release('1.0.0')
    change(spec, addField)
    write('.changeset/other.md', `---\n'@tokenward/auth-node': patch\n---\n\nA mistake is mended.\n`)
    expect(specChangeset('--check').output).toContain(
      'and the changesets say patch. To mend it: pnpm spec:changeset',
    )
  })

  test('the sentence tells users what changed and where', () => {
    startAt('1.0.0')
    release('1.0.0')
    change(spec, dropField)
    specChangeset()
    expect(read(changeset)).toContain(
      "Breaking: in the service's contract, the property `scope` was removed: optional (`TokenInfo`).\n",
    )
  })

  test('keeps a sentence that is there, and raises its bump', () => {
    startAt('1.0.0')
    release('1.0.0')
    write(changeset, `---\r\n"@tokenward/auth-core": minor\r\n---\r\n\r\nIn the words of a user.\r\n`)
    change(spec, addField)
    expect(specChangeset('--check')).toEqual({ status: 0, output: '' })
    change(spec, dropField)
    expect(specChangeset('--check').output).toContain('deserve a major version, and the changesets say minor')
    expect(specChangeset()).toMatchObject({
      status: 0,
      output: expect.stringContaining('kept its sentence. Does it tell all of this? Breaking: in'),
    })
    expect(read(changeset)).toBe(`---\n'@tokenward/auth-core': major\n---\n\nIn the words of a user.\n`)
  })

  test('words alone need none', () => {
    startAt('1.0.0')
    release('1.0.0')
    change(spec, reword)
    expect(specChangeset()).toMatchObject({
      status: 0,
      output: expect.stringContaining('no changeset is needed'),
    })
    expect(existsSync(join(copy.folder, changeset))).toBe(false)
  })
})

describe('spec:compare', () => {
  test('a document that says the same: no disagreement, whatever its words and our extensions', () => {
    change('theirs.yaml', (document) => {
      reword(document)
      document.setIn(['info', 'title'], 'Theirs')
      document.deleteIn(['components', 'schemas', 'InactiveToken', 'x-inactive-token'])
      document.deleteIn(['servers', 0, 'variables', 'regionHost', 'x-regions'])
    })
    expect(specCompare('theirs.yaml')).toEqual({ status: 0, output: 'no disagreement with theirs.yaml\n' })
  })

  test('a document of OpenAPI 3.0, with all that tools write out: no disagreement', () => {
    const theirs = parseDocument(read(spec)).toJS() as Spec
    theirs['openapi'] = '3.0.1'
    theirs['tags'] = []
    theirs['x-tool-folders'] = ['Auth']
    for (const item of Object.values<Spec>(theirs['paths'])) {
      Object.assign(item, { 'x-tool-id': 1, parameters: [] })
      for (const operation of [item['get'], item['post']].filter(Boolean))
        Object.assign(operation, { deprecated: false, tags: [], 'x-tool-id': 2, callbacks: {} })
    }
    const query = { style: 'form', explode: true, required: false, deprecated: false, allowReserved: false }
    Object.assign(theirs['components'].parameters.ClientId, query)
    Object.assign(theirs['components'].parameters.DeviceId, {
      style: 'simple',
      explode: false,
      required: false,
    })
    Object.assign(theirs['components'].responses.NotFound, { links: {}, 'x-tool-name': 'Nothing' })
    theirs['components'].securitySchemes = { Token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } }
    theirs['security'] = [{ Token: [] }]
    const { properties } = theirs['components'].schemas.TokenInfo
    Object.assign(properties.scope, {
      nullable: false,
      minLength: 0,
      readOnly: false,
      'x-tool-mock': '@word',
    })
    write('theirs.json', JSON.stringify(theirs))
    expect(specCompare('theirs.json')).toEqual({ status: 0, output: 'no disagreement with theirs.json\n' })
  })

  test('every disagreement is a line that tells both sides', () => {
    change('theirs.yaml', (document) => {
      addField(document)
      document.setIn([...tokenInfo, 'properties', 'sub', 'type'], ['string', 'null'])
      document.setIn(['paths', '/auth/v1/other', 'get'], { responses: { 200: { description: 'Good' } } })
    })
    write('theirs.json', JSON.stringify(parseDocument(read('theirs.yaml')).toJS()))
    const { status, output } = specCompare('theirs.json')
    expect(status).toBe(1)
    expect(output.split('\n')).toEqual([
      '#/components/schemas/TokenInfo/properties/sub/type: the type: ours string, theirs null or string',
      '#/components/schemas/TokenInfo/properties/username: the property `username`: ours has none, theirs optional',
      '#/paths/~1auth~1v1~1other/get: the operation `GET /auth/v1/other`: ours has none, theirs has it',
      '3 disagreements with theirs.json',
      '',
    ])
  })

  test('a header and a property whose names begin with x- are no extensions', () => {
    change('theirs.yaml', (document) => {
      document.setIn([...tokenInfo, 'properties', 'x-role'], { type: 'string' })
    })
    expect(specCompare('theirs.yaml')).toEqual({
      status: 1,
      output:
        '#/components/schemas/TokenInfo/properties/x-role: the property `x-role`: ours has none, theirs optional\n' +
        '1 disagreement with theirs.yaml\n',
    })
    change('theirs.yaml', (document) => {
      const answer = ['paths', '/auth/v1/token/introspect', 'get', 'responses', '200']
      expect(document.hasIn(answer)).toBe(true)
      document.setIn([...answer, 'headers'], { 'x-ratelimit-left': { schema: { type: 'integer' } } })
    })
    expect(specCompare('theirs.yaml').output).toContain('/headers/x-ratelimit-left: ')
  })

  test('a file that is missing or broken, and none at all: 3', () => {
    expect(specCompare('none.yaml')).toMatchObject({
      status: 3,
      output: expect.stringMatching(/^none\.yaml: /),
    })
    write('broken.yaml', 'a: [')
    expect(specCompare('broken.yaml')).toMatchObject({
      status: 3,
      output: expect.stringMatching(/^broken\.yaml:1:\d+: .+\n$/),
    })
    expect(specCompare()).toEqual({ status: 3, output: 'Usage: pnpm spec:compare FILE\n' })
  })
})
