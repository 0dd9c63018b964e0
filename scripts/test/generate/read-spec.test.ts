import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { listOperations } from '../../generate/list-operations.ts'
import { describeSpecError, parseSpec } from '../../generate/read-spec.ts'
import { resolve } from '../../generate/spec-node.ts'

const own = readFileSync(fileURLToPath(new URL('../../../spec/auth.openapi.yaml', import.meta.url)), 'utf8')

/** What is said of a spec that cannot be read. */
function refusalOf(yaml: string): string {
  try {
    parseSpec(yaml)
    return 'nothing'
  } catch (error) {
    return describeSpecError('spec.yaml', yaml, error)
  }
}

const head = 'openapi: 3.1.1\n'

describe('a spec that cannot be read is refused with line and column', () => {
  test.each([
    ['a tab', `${head}paths:\n\t/a: {}\n`, '3:1: Tabs are not allowed as indentation'],
    ['a key twice', `${head}paths: {}\npaths: {}\n`, '3:1: Map keys must be unique'],
    ['an unknown tag', `${head}info: !made {}\n`, '2:7: Unresolved tag: !made'],
    ['a second document', `${head}---\na: 1\n`, '2:1: a second document begins'],
    ['an alias without an anchor', `${head}info: *made\n`, '2:7: the alias *made has no anchor before it'],
    [
      'an alias within itself',
      `${head}info: &made { a: *made }\n`,
      '2:18: #/info/a: the alias stands within',
    ],
    ['an unclosed list', `${head}tags: [a\n`, '3:1: Flow sequence in block collection'],
    ['no text at all', '', '1:1: this is no OpenAPI document of version 3'],
    ['a list', '- a\n', '1:1: this is no OpenAPI document of version 3'],
    ['a page of a web site', '<!doctype html><html></html>', '1:1: this is no OpenAPI document of version 3'],
    ['Swagger', 'swagger: "2.0"\n', '1:1: this is no OpenAPI document of version 3: `openapi` is missing'],
    [
      'a version without quotes',
      'openapi: 3.1\n',
      '1:1: this is no OpenAPI document of version 3: `openapi` is 3.1',
    ],
    ['a path that is nothing', `${head}paths:\n  /a:\n`, '3:6: #/paths/~1a: must be a mapping, and is null'],
    [
      'parameters that are no list',
      `${head}paths:\n  /a:\n    get:\n      parameters: { a: 1 }\n`,
      '5:19: #/paths/~1a/get/parameters: must be a list, and is {"a":1}',
    ],
    [
      'a schema that is a text',
      `${head}components:\n  schemas:\n    A: { properties: { a: string } }\n`,
      '4:27: #/components/schemas/A/properties/a: must be a mapping, and is "string"',
    ],
    [
      'a $ref that leads nowhere',
      `${head}paths:\n  /a:\n    get:\n      parameters:\n        - $ref: '#/components/parameters/None'\n`,
      '6:11: #/paths/~1a/get/parameters/0: "#/components/parameters/None" does not exist',
    ],
    [
      'a $ref to another file',
      `${head}components:\n  schemas:\n    A: { $ref: 'https://other.example/a.yaml#/A' }\n`,
      '4:8: #/components/schemas/A: "https://other.example/a.yaml#/A" is not in this document',
    ],
    [
      'a $ref that leads back to itself',
      `${head}components:\n  schemas:\n    A: { $ref: '#/components/schemas/B' }\n    B: { $ref: '#/components/schemas/A' }\n`,
      '4:8: #/components/schemas/A: the $ref leads back to itself',
    ],
  ])('%s', (_, yaml, words) => {
    const said = refusalOf(yaml)
    expect(said).toContain(`spec.yaml:${words}`)
    expect(said).not.toContain('\n')
  })
})

test.each([
  ['a byte order mark', `\uFEFF${own}`],
  ['Windows line ends', own.replaceAll('\n', '\r\n')],
  ['JSON', JSON.stringify(parse(own))],
])('the spec with %s is the same', (_, yaml) => {
  expect(parseSpec(yaml)).toEqual(parseSpec(own))
})

test('an alias and a merge key stand for what they name', () => {
  const yaml = `${head}components:
  schemas:
    Base: &base { type: object, description: Base }
    Alias: *base
    Merged:
      <<: *base
      description: Merged
`
  const { schemas } = parseSpec(yaml)['components'] as { schemas: object }
  expect(schemas).toEqual({
    Base: { type: 'object', description: 'Base' },
    Alias: { type: 'object', description: 'Base' },
    Merged: { type: 'object', description: 'Merged' },
  })
})

test.each(['#/components/schemas/%C3%9Cber', '#/components/schemas/A/anyOf/1', '#/paths/~1a~1%7Bid%7D'])(
  'a $ref is part of a URL, and may count the members of a list: %s',
  ($ref) => {
    const target = { description: 'target' }
    const spec = {
      paths: { '/a/{id}': target },
      components: { schemas: { Über: target, A: { anyOf: [{}, target] } } },
    }
    expect(resolve(spec, { $ref }, '#').value).toBe(target)
  },
)

describe('listOperations', () => {
  const operation = { operationId: 'madeUp', responses: { 200: { description: 'Good' } } }
  const refused: readonly [name: string, paths: object, words: string][] = [
    [
      'an id twice',
      { '/a': { get: operation }, '/b': { get: operation } },
      '#/paths/~1b/get/operationId: "madeUp" is the id of another operation, too',
    ],
    [
      'no id',
      { '/a': { get: { responses: {} } } },
      '#/paths/~1a/get/operationId: must be a string, and is missing',
    ],
    [
      'an id that is no name',
      { '/a': { get: { ...operation, operationId: 'made-up' } } },
      '"made-up" is no name that code can have, such as revokeToken',
    ],
    [
      'no answers',
      { '/a': { get: { operationId: 'madeUp' } } },
      '#/paths/~1a/get/responses: must be a mapping',
    ],
    [
      'servers of an operation',
      { '/a': { get: { ...operation, servers: [{ url: 'https://a.example' }] } } },
      '#/paths/~1a/get/servers: the clients send every operation to the server of the document',
    ],
    [
      'servers of a path',
      { '/a': { servers: [{ url: 'https://a.example' }], get: operation } },
      '#/paths/~1a/servers: the clients send every operation',
    ],
    ['a method of OpenAPI 3.2', { '/a': { query: operation } }, '#/paths/~1a/query: "query" is no method'],
  ]
  test.each(refused)('%s: is refused', (_, paths, words) => {
    expect(() => listOperations({ paths })).toThrow(words)
  })

  test('a path behind a $ref is read, and extensions are no paths and no answers', () => {
    const spec = {
      paths: { '/a': { $ref: '#/components/pathItems/A' }, 'x-made-up': 'a' },
      components: {
        pathItems: { A: { get: { ...operation, responses: { 'x-made-up': 'a' } }, 'x-made-up': 1 } },
      },
    }
    expect(listOperations(spec)).toEqual([{ operationId: 'madeUp', method: 'get', path: '/a', answers: [] }])
  })
})
