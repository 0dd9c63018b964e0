import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'
import { listOperations } from '../../generate/list-operations.ts'
import type { Node } from '../../generate/spec-node.ts'
import { renderValidators } from '../../generate/validators.ts'

type Guard = (value: unknown) => boolean

const specOf = (schemas: Node, status = '200'): Node => ({
  paths: {
    '/subject': {
      get: {
        operationId: 'subject',
        responses: {
          [status]: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Subject' } } } },
        },
      },
    },
  },
  components: { schemas },
})

const rendered = (subject: unknown, others: Node = {}, status?: string): string => {
  const spec = specOf({ Subject: subject, ...others }, status)
  return renderValidators(spec, listOperations(spec))
}

/** Generates the guard of a schema and loads it. */
async function guardOf(subject: unknown, others?: Node): Promise<Guard> {
  const folder = mkdtempSync(join(tmpdir(), 'tokenward-validators-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'validators.ts')
  writeFileSync(file, rendered(subject, others))
  const { isSubject }: { isSubject: Guard } = await import(pathToFileURL(file).href)
  return isSubject
}

const place = '#/components/schemas/Subject'

const keywords: readonly [name: string, schema: Node, good: readonly unknown[], bad: readonly unknown[]][] = [
  ['type string', { type: 'string' }, ['', 'a'], [1, null, ['a'], {}, undefined]],
  ['type number', { type: 'number' }, [0, -1.5], ['1', Number.NaN, Infinity, null]],
  ['type integer', { type: 'integer' }, [0, 2 ** 40], [0.5, '1', null]],
  ['type boolean', { type: 'boolean' }, [true, false], [0, 'true', null]],
  ['type null', { type: 'null' }, [null], [undefined, 0, '', {}]],
  ['type object', { type: 'object' }, [{}, { a: 1 }], [[], null, 'a', 1]],
  ['type array', { type: 'array' }, [[], [1]], [{ length: 0 }, 'a', null]],
  ['format int32', { type: 'integer', format: 'int32' }, [0, 2 ** 31 - 1, -(2 ** 31)], [2 ** 31, 0.5, '1']],
  ['minLength 1', { type: 'string', minLength: 1 }, ['a'], ['', ['a']]],
  ['minLength in characters', { type: 'string', minLength: 2 }, ['ab', '😀😀'], ['a', '😀']],
  ['pattern', { type: 'string', pattern: '^a+$' }, ['aa'], ['ab', 'a\n', ['a']]],
  ['const', { const: 9 }, [9], ['9', 9.5, [9], null]],
  ['enum', { enum: ["it's", 1, null] }, ["it's", 1, null], ['1', ["it's"], undefined]],
  ['items', { type: 'array', items: { type: 'string' } }, [[], ['a']], [[1], ['a', null]]],
  ['maxProperties', { type: 'object', maxProperties: 0 }, [{}], [{ a: undefined }, [], null, '']],
  ['anyOf', { anyOf: [{ type: 'string' }, { const: 1 }] }, ['a', 1], [2, null]],
  ['a nullable type', { type: ['string', 'null'], minLength: 1 }, ['a', null], ['', undefined, 1]],
  [
    'a list of types',
    { type: ['object', 'array'], required: ['a'], maxItems: 1 },
    [{ a: 1 }, [], [1]],
    [{}, [1, 2], 'a'],
  ],
  ['maxLength in characters', { type: 'string', maxLength: 1 }, ['', 'a', '😀'], ['ab', '😀a', ['a']]],
  ['minimum and maximum', { type: 'integer', minimum: 1, maximum: 3 }, [1, 3], [0, 4, 1.5, '2']],
  ['exclusive bounds', { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1 }, [0.5], [0, 1, '0.5']],
  ['minItems and maxItems', { type: 'array', minItems: 1, maxItems: 2 }, [[1], [1, 2]], [[], [1, 2, 3], 'a']],
  [
    'minProperties',
    { type: 'object', minProperties: 1 },
    [{ a: undefined }],
    [{}, Object.create({ a: 1 }), ['a']],
  ],
  ['allOf', { allOf: [{ type: 'string' }, { enum: ['a', 1] }] }, ['a'], [1, 'b']],
  [
    'allOf beside a type',
    { type: 'string', allOf: [{ minLength: 1 }, { maxLength: 2 }] },
    ['a'],
    ['', 'abc', 1],
  ],
  ['oneOf', { oneOf: [{ type: 'integer' }, { type: 'number' }, { const: 'a' }] }, [0.5, 'a'], [1, 'b', null]],
  ['oneOf where one is anything', { oneOf: [{}, { const: 1 }] }, ['a', null], [1]],
  [
    'oneOf in a nullable object',
    { type: ['object', 'null'], oneOf: [{ required: ['a'] }, { required: ['b'] }] },
    [{ a: 1 }, { b: 1 }],
    [{}, { a: 1, b: 1 }, [], 'a'],
  ],
  ['format int64', { type: 'integer', format: 'int64' }, [0, 2 ** 62], [2 ** 64, 0.5, '1']],
  ['format double', { type: 'number', format: 'double' }, [0.5], ['0.5', Infinity]],
  [
    'format date',
    { type: 'string', format: 'date' },
    ['2024-02-29'],
    ['2023-02-29', '2024-2-1', '2024-02-29T00:00:00Z', 1],
  ],
  [
    'format date-time',
    { type: 'string', format: 'date-time' },
    ['2024-02-29T23:59:59Z', '2024-01-01t00:00:00.5+08:00'],
    ['2024-02-30T00:00:00Z', '2024-01-01', '2024-01-01T25:00:00Z', '2024-01-01T00:00:00', 1],
  ],
  [
    'format uuid',
    { type: 'string', format: 'uuid' },
    ['0B5F3D0A-52f8-4d0c-9a3e-0123456789ab'],
    ['0b5f3d0a52f84d0c9a3e0123456789ab', '', 1],
  ],
  ['anything', {}, [undefined, null, 1, [], {}], []],
]

describe('validators', () => {
  for (const [name, schema, good, bad] of keywords)
    test(`${name}: accepts what JSON Schema accepts, and nothing else`, async () => {
      const isSubject = await guardOf(schema)
      expect(good.filter((value) => !isSubject(value))).toStrictEqual([])
      expect(bad.filter((value) => isSubject(value))).toStrictEqual([])
    })

  test('every keyword: is written in TypeScript that compiles', () => {
    const folder = mkdtempSync(join(tmpdir(), 'tokenward-validators-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const properties = Object.fromEntries(keywords.map(([, schema], index) => [`p${index}`, schema]))
    writeFileSync(join(folder, 'validators.ts'), rendered({ type: 'object', properties }))
    writeFileSync(join(folder, 'operations.ts'), 'export const operations = { subject: 1 } as const')
    writeFileSync(join(folder, 'schema.ts'), 'export interface components { schemas: { Subject: object } }')
    const args = ['--ignoreConfig', '--strict', '--noEmit', '--allowImportingTsExtensions', 'validators.ts']
    const tsc = fileURLToPath(new URL('../../../node_modules/.bin/tsc', import.meta.url))
    expect(spawnSync(tsc, args, { cwd: folder, encoding: 'utf8' }).stdout).toBe('')
  })

  test('required: only an own property counts, whatever its name', async () => {
    const isSubject = await guardOf({
      type: 'object',
      required: ['toString', 'any'],
      properties: { toString: {} },
    })
    expect(isSubject(JSON.parse('{"toString":1,"any":null}'))).toBe(true)
    expect(isSubject({ any: 1 })).toBe(false)
    expect(isSubject(Object.create({ toString: 1, any: 1 }))).toBe(false)
  })

  test('properties: a missing one is fine, an own one of the wrong type is not', async () => {
    const isSubject = await guardOf({ type: 'object', properties: { a: { type: 'string' } } })
    expect([{}, { a: '' }, { b: 1 }, Object.create({ a: 1 })].every((value) => isSubject(value))).toBe(true)
    expect([{ a: null }, { a: undefined }, { a: 1 }, { a: ['x'] }].some((value) => isSubject(value))).toBe(
      false,
    )
  })

  test('properties: nested objects and references are checked all the way down', async () => {
    const isSubject = await guardOf(
      { type: 'object', required: ['a'], properties: { a: { $ref: '#/components/schemas/Other' } } },
      {
        Other: { type: 'object', required: ['b'], properties: { b: { type: 'array', items: { const: 1 } } } },
      },
    )
    expect(isSubject({ a: { b: [1] } })).toBe(true)
    expect(
      [{ a: { b: [2] } }, { a: { b: {} } }, { a: [] }, { a: null }, {}].some((value) => isSubject(value)),
    ).toBe(false)
  })

  const refused: readonly [name: string, schema: unknown, pointer: string, problem: string][] = [
    ['an unknown keyword', { not: {} }, '/not', 'the keyword "not" cannot be checked'],
    [
      'a keyword named like a method',
      { toString: 1 },
      '/toString',
      'the keyword "toString" cannot be checked',
    ],
    ['an unknown type', { type: 'text' }, '/type', 'the type "text" cannot be checked'],
    [
      'a list with an unknown type',
      { type: ['string', 'text'] },
      '/type',
      'the type ["string","text"] cannot be checked',
    ],
    ['an empty list of types', { type: [] }, '/type', 'the type [] cannot be checked'],
    ['a bound that is a text', { type: 'number', minimum: '1' }, '/minimum', 'must be a number'],
    [
      'a keyword of no type in the list',
      { type: ['string', 'null'], items: {} },
      '/items',
      '"items" needs "type: array"',
    ],
    [
      'an unknown format',
      { type: 'string', format: 'hostname' },
      '/format',
      'the format "hostname" cannot be checked',
    ],
    ['a pattern without a type', { pattern: 'a' }, '/pattern', '"pattern" needs "type: string" beside it'],
    ['properties without a type', { properties: {} }, '/properties', '"properties" needs "type: object"'],
    ['an enum without a value', { enum: [] }, '/enum', 'must list a value'],
    [
      'a schema whose name no type can have',
      { anyOf: [{ $ref: '#/components/schemas/token_info' }] },
      '/anyOf/0',
      '"token_info" is no name that a type can have, such as TokenInfo',
    ],
    [
      'a reference into a schema',
      { anyOf: [{ $ref: `${place}/properties/a` }] },
      '/anyOf/0',
      'is not a schema of this document that has a name',
    ],
    ['a mark that is no flag', { 'x-inactive-token': 'true' }, '/x-inactive-token', 'must be true or false'],
    ['a const that is an object', { const: {} }, '/const', 'only strings, numbers, booleans and null'],
    ['a negative length', { type: 'string', minLength: -1 }, '/minLength', 'must be a count'],
    ['a schema that is false', { type: 'array', items: false }, '/items', 'must be a mapping'],
    ['a sibling of $ref', { anyOf: [{ $ref: place, minLength: 1 }] }, '/anyOf/0/minLength', 'beside a $ref'],
    [
      'a reference elsewhere',
      { anyOf: [{ $ref: 'other.yaml' }] },
      '/anyOf/0',
      'is not a schema of this document',
    ],
    [
      'a dangling reference',
      { anyOf: [{ $ref: '#/components/schemas/None' }] },
      '/anyOf/0',
      'does not exist',
    ],
    [
      'a mark without a name',
      { anyOf: [{ 'x-inactive-token': true }] },
      '/anyOf/0',
      'needs a schema with a name',
    ],
  ]
  for (const [name, schema, pointer, problem] of refused)
    test(`${name}: stops generation at its place`, () => {
      expect(() => rendered(schema)).toThrow(`${place}${pointer}: `)
      expect(() => rendered(schema)).toThrow(problem)
    })

  test('x-inactive-token: is listed under its operation and status', () => {
    expect(rendered({ type: 'object', 'x-inactive-token': true }, {}, '404')).toContain(
      '  subject: {\n    404: isSubject,\n  },\n',
    )
  })

  test.each(['anyOf', 'oneOf'])('x-inactive-token: a branch of %s is listed', (keyword) => {
    const schema = { [keyword]: [{ $ref: '#/components/schemas/Dead' }, { type: 'string' }] }
    expect(rendered(schema, { Dead: { type: 'object', 'x-inactive-token': true } })).toContain('200: isDead')
  })

  test.each([
    ['a branch of allOf', { allOf: [{ $ref: '#/components/schemas/Dead' }] }],
    ['a property', { type: 'object', properties: { a: { $ref: '#/components/schemas/Dead' } } }],
  ])('x-inactive-token: in %s it would say nothing of the answer, and stops generation', (_, schema) => {
    expect(() => rendered(schema, { Dead: { type: 'object', 'x-inactive-token': true } })).toThrow(
      'Dead has x-inactive-token, and is neither the answer nor a branch of its anyOf or oneOf',
    )
  })

  test('an answer of any kind, as true: has no guard', () => {
    const answers = { 200: { content: { 'application/json': { schema: true }, 'text/plain': {} } } }
    const spec = { paths: { '/subject': { get: { operationId: 'subject', responses: answers } } } }
    expect(renderValidators(spec, listOperations(spec))).toContain('subject: {\n  }')
  })

  test.each(['Object', 'String', 'Date'])('a schema named %s: its guard is no helper', async (name) => {
    const isSubject = await guardOf(
      {
        type: 'object',
        required: ['a', 'b'],
        properties: { a: { $ref: `#/components/schemas/${name}` }, b: { type: 'string' } },
      },
      { [name]: { type: 'string', format: 'date' } },
    )
    expect(isSubject({ a: '2024-02-29', b: '' })).toBe(true)
    expect(isSubject({ a: '2024-02-30', b: '' })).toBe(false)
  })

  test('x-inactive-token: the default answer cannot mean that a token is dead', () => {
    expect(() => rendered({ type: 'object', 'x-inactive-token': true }, {}, 'default')).toThrow(
      'x-inactive-token needs a status of its own',
    )
  })
})
