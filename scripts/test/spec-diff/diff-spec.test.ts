// Every kind of change, in both directions, with a witness for every verdict of "breaking".
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { assert, constantFrom, oneof, property, uniqueArray } from 'fast-check'
import openapiTS, { astToString } from 'openapi-typescript'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { renderHosts } from '../../generate/hosts.ts'
import { listOperations } from '../../generate/list-operations.ts'
import { readSpec } from '../../generate/read-spec.ts'
import { renderOperations } from '../../generate/operations.ts'
import { renderValidators } from '../../generate/validators.ts'
import { worstOf, type Consequence, type Direction } from '../../spec-diff/change.ts'
import { diffSpecs } from '../../spec-diff/diff-spec.ts'
import { startPrism } from '../../test-bed/prism.ts'
import { root } from '../../test-bed/run-command.ts'
import { madeUpSpec, type Spec, type Witness } from './made-up-spec.ts'
import { operationChanges } from './operation-changes.ts'
import { schemaChanges, type SchemaChange } from './schema-changes.ts'

interface Case {
  readonly title: string
  readonly before: Spec
  readonly after: Spec
  readonly direction: Direction
  readonly consequence: Consequence
  readonly witness?: Witness | undefined
}

function withProperty(schemaName: 'Sent' | 'Received', schema: object | undefined, required: boolean): Spec {
  const spec = madeUpSpec()
  const target = spec['components'].schemas[schemaName]
  if (schema) target.properties.p = schema
  if (required && schema) target.required = ['p']
  return spec
}

function schemaCase(direction: 'request' | 'response', change: SchemaChange): Case {
  const { name, before, after, required: [was, is] = [false, false], sent, received } = change
  const schemaName = direction === 'request' ? 'Sent' : 'Received'
  const verdict = direction === 'request' ? sent : received
  return {
    title: `${direction}: ${name}`,
    before: withProperty(schemaName, before, was),
    after: withProperty(schemaName, after, is),
    direction,
    ...(typeof verdict === 'string'
      ? { consequence: verdict }
      : { consequence: 'breaking', witness: verdict }),
  }
}

const cases: readonly Case[] = [
  ...schemaChanges.flatMap((change) => [schemaCase('request', change), schemaCase('response', change)]),
  ...operationChanges.map(({ name, before: prepare, change, ...expected }): Case => {
    const before = madeUpSpec()
    prepare?.(before)
    const after = structuredClone(before)
    change(after)
    return { title: name, before, after, ...expected }
  }),
]

describe('diffSpecs', () => {
  test.each(cases)('$title: $consequence', ({ before, after, direction, consequence }) => {
    const changes = diffSpecs(before, after)
    expect(worstOf(changes)).toBe(consequence)
    const worst = changes.filter((change) => change.consequence === consequence)
    expect(worst.map((change) => change.direction)).toContain(direction)
  })

  test('a change of what many operations share is told once, for both directions', () => {
    const before = madeUpSpec()
    const schema = { $ref: '#/components/schemas/Received' }
    before['paths']['/subject'].post.requestBody.content['application/json'].schema = schema
    const after = structuredClone(before)
    after['components'].schemas.Received.properties.always = { type: 'integer' }
    expect(diffSpecs(before, after)).toEqual([
      {
        where: '#/components/schemas/Received/properties/always/type',
        subject: 'the type',
        before: 'string',
        after: 'integer',
        direction: 'both',
        consequence: 'breaking',
      },
    ])
  })

  test('what is not understood is told at the innermost place that is different', () => {
    const before = madeUpSpec()
    const inner = {
      properties: { 'a-name-that-is-as-long-as-the-words-of-a-line': { type: 'string' }, b: {} },
    }
    before['components'].schemas.Received.patternProperties = { '^x-': inner }
    const after = structuredClone(before)
    after['components'].schemas.Received.patternProperties['^x-'].properties.b.type = 'string'
    expect(diffSpecs(before, after)).toEqual([
      {
        where: '#/components/schemas/Received/patternProperties/^x-/properties/b/type',
        subject: '`type`',
        before: undefined,
        after: '"string"',
        direction: 'response',
        consequence: 'breaking',
      },
    ])
  })

  test('a shared part that an operation no longer names is told at the operation', () => {
    const before = madeUpSpec()
    const { components, paths } = before as { components: Spec; paths: Spec }
    const { post } = paths['/subject']
    components['parameters'] = { Limit: post.parameters[0] }
    components['headers'] = { Id: post.responses[200].headers['x-id'] }
    components['responses'] = { Missing: post.responses[404] }
    post.parameters = [{ $ref: '#/components/parameters/Limit' }]
    post.responses[200].headers = { 'x-id': { $ref: '#/components/headers/Id' } }
    post.responses[404] = { $ref: '#/components/responses/Missing' }
    const after = structuredClone(before)
    const changed = after['paths']['/subject'].post
    changed.parameters = []
    changed.responses[200].headers = {}
    delete changed.responses[404]
    expect(diffSpecs(before, after).map(({ where }) => where)).toEqual([
      '#/paths/~1subject/post/parameters/0',
      '#/paths/~1subject/post/responses/200/headers/x-id',
      '#/paths/~1subject/post/responses/404',
    ])
  })

  test('a schema that holds itself is compared to its end', () => {
    const before = madeUpSpec()
    before['components'].schemas.Received.properties.next = { $ref: '#/components/schemas/Received' }
    const after = structuredClone(before)
    expect(diffSpecs(before, after)).toEqual([])
    after['components'].schemas.Received.properties.more = { type: 'string' }
    expect(worstOf(diffSpecs(before, after))).toBe('additive')
  })

  test('what stands beside a $ref is compared at each place that has it', () => {
    const before = madeUpSpec()
    const { properties } = before['components'].schemas.Received
    const $ref = '#/components/schemas/Failure'
    properties.first = { $ref }
    properties.second = { $ref }
    const after = structuredClone(before)
    after['components'].schemas.Received.properties.second = { $ref, type: ['object', 'null'] }
    expect(worstOf(diffSpecs(before, after))).toBe('breaking')
  })

  test('a schema that callers can import is compared by its name, also where operations take another one', () => {
    const before = madeUpSpec()
    const after = structuredClone(before)
    const { schemas } = after['components']
    schemas.Received2 = structuredClone(schemas.Received)
    schemas.Received.properties.always = { type: 'integer' }
    after['paths']['/subject'].post.responses[200].content['application/json'].schema.$ref =
      '#/components/schemas/Received2'
    expect(worstOf(diffSpecs(before, after))).toBe('breaking')
  })

  test.each([
    ['parameters', { name: 'page', in: 'query', schema: { type: 'string' } }],
    ['headers', { schema: { type: 'string' } }],
  ])('an entry of components/%s that no operation uses is compared, too', (kind, entry) => {
    const before = madeUpSpec()
    before['components'][kind] = { Page: entry }
    const after = structuredClone(before)
    expect(diffSpecs(before, after)).toEqual([])
    after['components'][kind].Page.schema.type = 'integer'
    expect(worstOf(diffSpecs(before, after))).toBe('breaking')
  })

  test('a part that is written in place instead of referred to is no change', () => {
    const before = madeUpSpec()
    const after = structuredClone(before)
    const content = after['paths']['/subject'].post.requestBody.content['application/json']
    content.schema = structuredClone(after['components'].schemas.Sent)
    expect(diffSpecs(before, after)).toEqual([])
  })

  const told = (before: Spec, after: Spec): ReadonlySet<string> =>
    new Set(
      diffSpecs(before, after).map(({ subject, before: old, after: now, direction }) =>
        JSON.stringify([subject, old ?? null, now ?? null, direction]),
      ),
    )
  const toldBackwards = (before: Spec, after: Spec): ReadonlySet<string> =>
    new Set(
      diffSpecs(after, before).map(({ subject, before: old, after: now, direction }) =>
        JSON.stringify([subject, now ?? null, old ?? null, direction]),
      ),
    )
  /** Two specs that differ in several things at once. */
  const severalChanges = uniqueArray(constantFrom(...operationChanges.filter(({ before }) => !before)), {
    minLength: 1,
    maxLength: 4,
  }).map((several) => {
    const before = madeUpSpec()
    let after = madeUpSpec()
    for (const { change } of several) {
      const next = structuredClone(after)
      try {
        change(next)
        after = next
      } catch {
        // An earlier change has taken away what this one is about.
      }
    }
    return { before, after }
  })

  test('a spec beside itself: nothing', () => {
    const own = readSpec(join(root, 'spec/auth.openapi.yaml'))
    expect(diffSpecs(own, structuredClone(own))).toEqual([])
    assert(
      property(oneof(constantFrom(...cases), severalChanges), ({ after }) => {
        expect(diffSpecs(after, structuredClone(after))).toEqual([])
      }),
    )
  })

  test('changes and their reverse mirror each other', () => {
    assert(
      property(severalChanges, ({ before, after }) => {
        expect(toldBackwards(before, after)).toEqual(told(before, after))
      }),
    )
  })

  test.each(cases)('$title: the reverse mirrors it', ({ before, after }) => {
    expect(toldBackwards(before, after)).toEqual(told(before, after))
    const [there, back] = [worstOf(diffSpecs(before, after)), worstOf(diffSpecs(after, before))]
    // Either it is a change of words alone, or at least one direction takes away what the other one adds.
    if (there === 'docs' || back === 'docs') expect([there, back]).toEqual(['docs', 'docs'])
    else if (!diffSpecs(before, after).some(({ subject }) => subject === '`deprecated`'))
      expect([there, back]).toContain('breaking')
  })
})

describe('witnesses', () => {
  test('every breaking verdict has one, but for what is not understood', () => {
    const without = cases.filter(({ consequence, witness }) => consequence === 'breaking' && !witness)
    expect(
      without.map(({ title }) => title).filter((title) => !title.startsWith('not understood: ')),
    ).toEqual([])
  })

  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tokenward-witness-'))
    symlinkSync(join(root, 'scripts/node_modules'), join(folder, 'node_modules'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  const prelude = `import type { components, operations, paths } from './schema.ts'
import { defaultRegion, regionHosts } from './hosts.ts'
type Body<R, S extends keyof R> = R[S] extends { content: { 'application/json': infer B } } ? B : never
type Responses = operations['subject']['responses']
declare const sent: components['schemas']['Sent']
declare const received: components['schemas']['Received']
declare const headers: Responses[200]['headers']
declare const status: keyof Responses
declare const mediaType: keyof Responses[200]['content']
declare const failure: Body<Responses, Exclude<keyof Responses, 200>>
declare function send(sent: components['schemas']['Sent']): void
declare function query(query: NonNullable<operations['subject']['parameters']['query']>): void
`
  /** Only the lines of the prelude that the witness uses, because the change may have taken away what the others need. */
  const preludeFor = (code: string): string =>
    prelude
      .split('\n')
      .filter((line) => {
        const name = /^declare (?:const|function) (\w+)/.exec(line)?.[1]
        return name === undefined || new RegExp(`\\b${name}\\b`).test(code)
      })
      .filter((line) => !line.startsWith('type Responses') || /headers|status|mediaType|failure/.test(code))
      .join('\n')

  const coded = cases.flatMap((one) =>
    one.witness && 'code' in one.witness ? [{ ...one, code: one.witness.code }] : [],
  )

  async function compile(side: 'before' | 'after'): Promise<ReadonlySet<number>> {
    for (const [index, { code, [side]: spec }] of coded.entries()) {
      const place = join(folder, side, String(index))
      mkdirSync(place, { recursive: true })
      const options = { immutable: true, emptyObjectsUnknown: true, alphabetize: true, silent: true }
      writeFileSync(
        join(place, 'schema.ts'),
        astToString(await openapiTS(structuredClone(spec) as never, options)),
      )
      writeFileSync(join(place, 'hosts.ts'), renderHosts(spec))
      writeFileSync(join(place, 'witness.ts'), `${preludeFor(code)}\n${code}\n`)
    }
    const args = [
      '--ignoreConfig',
      '--strict',
      '--exactOptionalPropertyTypes',
      '--noEmit',
      '--allowImportingTsExtensions',
    ]
    const files = coded.map((_, index) => `${side}/${index}/witness.ts`)
    const tsc = join(root, 'node_modules/.bin/tsc')
    const { stdout } = spawnSync(tsc, [...args, ...files], { cwd: folder, encoding: 'utf8' })
    return new Set(
      [...stdout.matchAll(/^\w+\/(\d+)\/witness\.ts\(.*error/gm)].map(([, index]) => Number(index)),
    )
  }

  test('code that compiled before the change does not compile after it', async () => {
    const titles = (indices: ReadonlySet<number>): string[] =>
      coded.filter((_, index) => indices.has(index)).map(({ title }) => title)
    expect(titles(await compile('before'))).toEqual([])
    expect(titles(await compile('after'))).toEqual(coded.map(({ title }) => title))
    expect(coded.length).toBeGreaterThan(40)
  }, 120_000)

  const requested = cases.flatMap((one) =>
    one.witness && 'request' in one.witness ? [{ ...one, request: one.witness.request }] : [],
  )

  test.each(requested)(
    '$title: Prism took the request before, and refuses it after',
    async ({ before, after, request }) => {
      const { body, path = '/subject', headers = {} } = request
      const answers = async (spec: Spec): Promise<number> => {
        await using prism = await startPrism({ spec })
        const type = { 'content-type': 'application/json', ...headers }
        const init = {
          method: 'POST',
          ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
        }
        const response = await fetch(prism.url + path, {
          ...init,
          headers: body === undefined ? headers : type,
        })
        const violations = JSON.parse(response.headers.get('sl-violations') ?? '[]') as { severity: string }[]
        return violations.some(({ severity }) => severity === 'Error') ? 422 : response.status
      }
      expect(await answers(before)).toBe(200)
      expect(await answers(after)).toBeGreaterThanOrEqual(400)
    },
  )

  /** Generates the validators of a spec and loads them. */
  async function validatorsOf(
    spec: Spec,
    name: string,
  ): Promise<{
    isReceived: (value: unknown) => boolean
    inactiveAnswers: Record<string, Record<number, ((value: unknown) => boolean) | undefined>>
  }> {
    const place = join(folder, name)
    mkdirSync(place, { recursive: true })
    const operations = listOperations(spec)
    writeFileSync(join(place, 'validators.ts'), renderValidators(spec, operations))
    writeFileSync(join(place, 'operations.ts'), renderOperations(operations))
    return import(pathToFileURL(join(place, 'validators.ts')).href)
  }

  const answered = cases.flatMap((one) =>
    one.witness && 'answer' in one.witness ? [{ ...one, answer: one.witness.answer }] : [],
  )

  test.each(answered)(
    '$title: the validator that callers have refuses an answer that is now good',
    async ({ title, before, after, answer }) => {
      const name = title.replaceAll(/\W/g, '-')
      expect((await validatorsOf(after, `${name}-after`)).isReceived(answer)).toBe(true)
      expect((await validatorsOf(before, `${name}-before`)).isReceived(answer)).toBe(false)
    },
  )

  const moved = cases.flatMap((one) => (one.witness && 'address' in one.witness ? [one] : []))

  test.each(moved)(
    '$title: callers ask at an address that the newer spec does not name',
    async ({ before, after }) => {
      const addressOf = async (spec: Spec, name: string): Promise<string> => {
        writeFileSync(join(folder, `${name}.ts`), renderHosts(spec))
        const { serverUrl } = await import(pathToFileURL(join(folder, `${name}.ts`)).href)
        return serverUrl('my-env', 'one.example')
      }
      expect(await addressOf(before, 'hosts-before')).toBe('https://my-env.one.example')
      expect(await addressOf(after, 'hosts-after')).toBe('https://my-env.one.example/v2')
    },
  )

  const judged = cases.flatMap((one) =>
    one.witness && 'verdict' in one.witness ? [{ ...one, answer: one.witness.verdict }] : [],
  )

  test.each(judged)(
    '$title: the same answer gets another verdict',
    async ({ title, before, after, answer }) => {
      const name = title.replaceAll(/\W/g, '-')
      const isDead = async (spec: Spec, side: string): Promise<boolean> =>
        (await validatorsOf(spec, `${name}-${side}`)).inactiveAnswers['subject']?.[200]?.(answer) ?? false
      expect(await isDead(after, 'after')).not.toBe(await isDead(before, 'before'))
    },
  )
})
