import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import * as validators from '../../../packages/auth-core/src/generated/validators.ts'
import { listOperations } from '../../generate/list-operations.ts'
import { readSpec } from '../../generate/read-spec.ts'
import { node, resolve, text } from '../../generate/spec-node.ts'

const spec = readSpec(fileURLToPath(new URL('../../../spec/auth.openapi.yaml', import.meta.url)))

interface Example {
  /** The operation, the status and the name, as in `verifyToken 200 active`. */
  readonly title: string
  readonly value: unknown
  /** The guards of the schemas that the answer can be. There are none where anything goes. */
  readonly guards: readonly ((value: unknown) => boolean)[]
  readonly inactive: ((value: unknown) => boolean) | undefined
}

function guardOf(reference: unknown, pointer: string): (value: unknown) => boolean {
  const name = text(node(reference, pointer)['$ref'], pointer).replace('#/components/schemas/', 'is')
  const guard = Object.entries(validators).find(([key]) => key === name)?.[1]
  if (typeof guard !== 'function') throw new Error(`${name} is not generated`)
  return guard
}

function* examplesOf(operationId: keyof typeof validators.inactiveAnswers): Generator<Example> {
  const operation = listOperations(spec).find((candidate) => candidate.operationId === operationId)
  for (const { status, schema, pointer, examples: named } of operation?.answers ?? []) {
    const branches = Object.values(node(schema, pointer)).flat()
    const guards = branches.map((branch) =>
      guardOf(typeof branch === 'string' ? { $ref: branch } : branch, pointer),
    )
    for (const [name, example] of Object.entries(named)) {
      const { value } = resolve(spec, example, pointer).value
      const inactive = validators.inactiveAnswers[operationId][Number(status)]
      yield { title: `${operationId} ${status} ${name}`, value, guards, inactive }
    }
  }
}

const examples = [...examplesOf('revokeToken'), ...examplesOf('verifyToken')]

describe('examples of the spec', () => {
  for (const { title, value, guards } of examples)
    test(`${title}: meets its own schema`, () => {
      expect(guards.length === 0 || guards.some((guard) => guard(value))).toBe(true)
    })

  test('every status of both operations has one', () => {
    const statuses = ['200', '400', '401', '403', '404', '429', '500', '503', 'default']
    const wanted = ['revokeToken', 'verifyToken'].flatMap((id) => statuses.map((status) => `${id} ${status}`))
    const found = new Set(examples.map(({ title }) => title.split(' ').slice(0, 2).join(' ')))
    expect([...found].toSorted()).toStrictEqual(wanted)
  })

  test('exactly these mean that the token is dead', () => {
    const dead = examples.filter(({ inactive, value }) => inactive?.(value)).map(({ title }) => title)
    const errors = [
      '400 failedPrecondition',
      '400 invalidToken',
      '401 unauthenticated',
      '401 accessTokenInvalid',
      '401 accessTokenExpired',
      '401 accessTokenKidInvalid',
      '401 invalidAccessToken',
    ]
    expect(dead).toStrictEqual([
      ...errors.map((title) => `revokeToken ${title}`),
      'verifyToken 200 inactive',
      ...errors.map((title) => `verifyToken ${title}`),
    ])
  })
})

const parse = (json: string): unknown => JSON.parse(json)
const notObjects = [null, undefined, true, 1, '', 'text', [], [{ sub: '1' }], Object.assign([], { sub: '1' })]

describe('isTokenInfo', () => {
  const refused: readonly [name: string, value: unknown][] = [
    ['no sub', {}],
    ['an empty sub', { sub: '' }],
    ['a sub that is a number', { sub: 1 }],
    ['a sub that is a list', { sub: ['1'] }],
    ['a sub that is an object', { sub: { length: 1 } }],
    ['a sub that is null', { sub: null }],
    ['an inherited sub', Object.create({ sub: '1' })],
    ['a sub below __proto__', parse('{"__proto__":{"sub":"1"}}')],
    ['a scope that is null', { sub: '1', scope: null }],
    ['a scope that is a list', { sub: '1', scope: ['user'] }],
    ['a client_id that is a number', { sub: '1', client_id: 1 }],
    ['a token_type that is an object', { sub: '1', token_type: {} }],
  ]
  for (const [name, value] of refused)
    test(`${name}: is refused`, () => {
      expect(validators.isTokenInfo(value)).toBe(false)
    })

  test('anything but an object: is refused, also a string, which has a sub method', () => {
    expect(notObjects.filter((value) => validators.isTokenInfo(value))).toStrictEqual([])
  })

  test('a polluted prototype: changes nothing', () => {
    Object.assign(Object.prototype, { sub: '1' })
    try {
      expect(validators.isTokenInfo({})).toBe(false)
    } finally {
      Reflect.deleteProperty(Object.prototype, 'sub')
    }
  })

  test('properties that the spec does not name: are let through', () => {
    expect(validators.isTokenInfo(parse('{"sub":"1","__proto__":1,"username":null}'))).toBe(true)
  })
})

describe('isInactiveToken', () => {
  test('only an object without properties of its own: is accepted', () => {
    const values = [...notObjects, { error: '' }, parse('{"__proto__":{}}'), { sub: undefined }]
    expect(values.filter((value) => validators.isInactiveToken(value))).toStrictEqual([])
    expect(validators.isInactiveToken({})).toBe(true)
  })
})

const lookalikes: readonly [guard: (value: unknown) => boolean, values: readonly unknown[]][] = [
  [
    validators.isRejectedTokenError,
    [
      { error_code: '9' },
      { error_code: [9] },
      { error_code: 16 },
      { error: 'invalid_argument' },
      { error: 'invalid_grant' },
      { error: 'not_an_invalid_token' },
      { error: 'invalid_token_type' },
      { error: 'invalid_token\n' },
      { error: ['invalid_token'] },
      Object.create({ error_code: 9 }),
    ],
  ],
  [
    validators.isUnauthenticatedTokenError,
    [
      { error_code: 9 },
      { error_code: '16' },
      { code: 'MISSING_CREDENTIALS' },
      { code: 'INVALID_CREDENTIALS' },
      { code: 'access_token_invalid' },
      { code: ['ACCESS_TOKEN_INVALID'] },
      { error: 'unauthenticated' },
      Object.create({ error_code: 16 }),
    ],
  ],
]

for (const [guard, values] of lookalikes)
  test(`${guard.name}: refuses what only looks like an answer about the token`, () => {
    expect([...values, ...notObjects, {}].filter((value) => guard(value))).toStrictEqual([])
  })
