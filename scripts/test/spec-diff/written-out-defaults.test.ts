// A default of OpenAPI that is written out is no change: not to the generated types, and not to spec:diff.
import openapiTS, { astToString } from 'openapi-typescript'
import { describe, expect, test } from 'vitest'
import { diffSpecs } from '../../spec-diff/diff-spec.ts'
import { madeUpSpec, type Spec } from './made-up-spec.ts'

/** The made-up spec with a place for each kind of object. */
function wideSpec(): Spec {
  const spec = madeUpSpec()
  const { post } = spec['paths']['/subject']
  post.parameters.push(
    { name: 'id', in: 'path', required: true, schema: { type: 'string' } },
    { name: 'x-trace', in: 'header', schema: { type: 'string' } },
    { name: 'sid', in: 'cookie', schema: { type: 'string' } },
  )
  post.responses[200].links = { next: { operationId: 'subject' } }
  spec['components'].parameters = { Unused: { name: 'unused', in: 'query', schema: { type: 'string' } } }
  spec['components'].schemas.Received.properties = {
    always: { type: 'string' },
    amount: { type: 'number' },
    list: { type: 'array' },
    many: { type: 'array', contains: { type: 'string' } },
    one: { type: 'object' },
  }
  return spec
}

const post = (spec: Spec): Spec => spec['paths']['/subject'].post
const good = (spec: Spec): Spec => post(spec).responses[200]
const property = (spec: Spec, name: string): Spec => spec['components'].schemas.Received.properties[name]

/** Where each default is written out. */
const defaults: Readonly<Record<string, (spec: Spec) => void>> = {
  'jsonSchemaDialect of the document': (spec) =>
    void (spec['jsonSchemaDialect'] = 'https://spec.openapis.org/oas/3.1/dialect/base'),
  'no webhooks, tags and security': (spec) => Object.assign(spec, { webhooks: {}, tags: [], security: [] }),
  'no parameters of a path': (spec) => void (spec['paths']['/subject'].parameters = []),
  'no callbacks, no tags, not deprecated': (spec) =>
    Object.assign(post(spec), { callbacks: {}, tags: [], deprecated: false }),
  'the servers of the document at an operation': (spec) => void (post(spec).servers = spec['servers']),
  'the servers of the document at a path': (spec) =>
    void (spec['paths']['/subject'].servers = spec['servers']),
  'how a query parameter is written': (spec) =>
    Object.assign(post(spec).parameters[0], {
      style: 'form',
      explode: true,
      required: false,
      deprecated: false,
      allowReserved: false,
      allowEmptyValue: false,
    }),
  'how a path parameter is written': (spec) =>
    Object.assign(post(spec).parameters[1], { style: 'simple', explode: false }),
  'how a header is written': (spec) =>
    Object.assign(post(spec).parameters[2], { style: 'simple', explode: false, required: false }),
  'how a cookie is written': (spec) =>
    Object.assign(post(spec).parameters[3], { style: 'form', explode: true }),
  'explode of another style': (spec) => void (post(spec).parameters[0].explode = true),
  'how a parameter that no operation names is written': (spec) =>
    void (spec['components'].parameters.Unused.style = 'form'),
  'how a header of an answer is written': (spec) =>
    Object.assign(good(spec).headers['x-id'], {
      style: 'simple',
      explode: false,
      required: false,
      deprecated: false,
    }),
  'an optional body': (spec) => void (post(spec).requestBody.required = false),
  'no encoding, no examples': (spec) =>
    Object.assign(post(spec).requestBody.content['application/json'], { encoding: {}, examples: {} }),
  'no links, headers and content': (spec) =>
    Object.assign(post(spec).responses.default, { headers: {}, links: {} }),
  'no parameters of a link': (spec) => void (good(spec).links.next.parameters = {}),
  'no components of a kind': (spec) => Object.assign(spec['components'], { headers: {}, pathItems: {} }),
  'flags of a schema': (spec) =>
    Object.assign(property(spec, 'always'), {
      deprecated: false,
      nullable: false,
      readOnly: false,
      writeOnly: false,
      'x-inactive-token': false,
    }),
  'a type in a list': (spec) => void (property(spec, 'always').type = ['string']),
  'bounds that every value keeps': (spec) => {
    Object.assign(property(spec, 'always'), { minLength: 0 })
    Object.assign(property(spec, 'amount'), { exclusiveMinimum: false, exclusiveMaximum: false })
    Object.assign(property(spec, 'list'), { minItems: 0, uniqueItems: false })
    Object.assign(property(spec, 'many'), { minContains: 1 })
    Object.assign(property(spec, 'one'), { minProperties: 0 })
  },
  'items of any kind': (spec) => void (property(spec, 'list').items = {}),
  'items of any kind, as true': (spec) => void (property(spec, 'list').items = true),
  'an object without demands': (spec) =>
    Object.assign(property(spec, 'one'), {
      dependentRequired: {},
      dependentSchemas: {},
      not: false,
      properties: {},
      propertyNames: true,
      required: [],
      unevaluatedProperties: true,
    }),
}

const typesOf = async (spec: Spec): Promise<string> =>
  astToString(await openapiTS(structuredClone(spec) as never, { emptyObjectsUnknown: true, silent: true }))

describe('a default that is written out is no change', () => {
  test.each(Object.entries(defaults))('%s', async (_, writeOut) => {
    const before = wideSpec()
    const after = wideSpec()
    writeOut(after)
    expect(after).not.toEqual(before)
    expect(diffSpecs(before, after)).toEqual([])
    expect(diffSpecs(after, before)).toEqual([])
    expect(await typesOf(after)).toBe(await typesOf(before))
  })
})

/** Two ways to say the same, of which one is that of OpenAPI 3.0. */
const sayings: readonly [name: string, schema: object, same: object][] = [
  ['nullable', { type: 'string', nullable: true }, { type: ['string', 'null'] }],
  [
    'an exclusive bound',
    { type: 'number', minimum: 1, exclusiveMinimum: true },
    { type: 'number', exclusiveMinimum: 1 },
  ],
  [
    'any other property',
    { type: 'object', additionalProperties: {} },
    { type: 'object', additionalProperties: true },
  ],
  [
    'no other property',
    { type: 'object', additionalProperties: { not: {} } },
    { type: 'object', additionalProperties: false },
  ],
  ['any value', {}, true as unknown as object],
  [
    'words beside a $ref',
    { $ref: '#/components/schemas/Failure' },
    { description: 'A failure', allOf: [{ $ref: '#/components/schemas/Failure' }] },
  ],
  ['one branch', { type: 'string' }, { oneOf: [{ anyOf: [{ type: 'string' }] }] }],
]

test.each(sayings)('%s: said in two ways is no change', (_, schema, same) => {
  const [before, after] = [madeUpSpec(), madeUpSpec()]
  before['components'].schemas.Received.properties.p = schema
  after['components'].schemas.Received.properties.p = same
  const consequences = [...diffSpecs(before, after), ...diffSpecs(after, before)].map(
    ({ consequence }) => consequence,
  )
  expect(consequences.filter((consequence) => consequence !== 'docs')).toEqual([])
})

test('a scheme of HTTP in other capitals is no change', () => {
  const [before, after] = [madeUpSpec(), madeUpSpec()]
  before['security'] = [{ bearer: [] }]
  after['security'] = [{ bearer: [] }]
  after['components'].securitySchemes.bearer.scheme = 'Bearer'
  expect(diffSpecs(before, after)).toEqual([])
})

/** What looks like a default, and is none. */
const others: Readonly<Record<string, (spec: Spec) => void>> = {
  'a query parameter that is not exploded': (spec) => void (post(spec).parameters[0].explode = false),
  'a header that is exploded': (spec) => void (post(spec).parameters[2].explode = true),
  'another style': (spec) => void (post(spec).parameters[0].style = 'pipeDelimited'),
  'another dialect': (spec) =>
    void (spec['jsonSchemaDialect'] = 'https://json-schema.org/draft/2020-12/schema'),
  'other servers at an operation': (spec) => void (post(spec).servers = [{ url: 'https://other.example' }]),
  'other properties than those that are named': (spec) =>
    void (property(spec, 'one').additionalProperties = true),
  'nullable without a type': (spec) => {
    spec['components'].schemas.Received.properties.always = { nullable: true, enum: ['a'] }
  },
  'nothing at all': (spec) => void (spec['components'].schemas.Received.properties.always = false),
}

test.each(Object.entries(others))('%s: is breaking', (_, change) => {
  const before = wideSpec()
  before['components'].schemas.Received.properties.always = { enum: ['a'] }
  const after = structuredClone(before)
  change(after)
  expect(diffSpecs(before, after).map(({ consequence }) => consequence)).toContain('breaking')
})
