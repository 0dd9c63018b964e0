// From the schemas of the answers to small type guards: own properties only, and nothing that is not understood.
import { at, list, node, resolve, SpecError, text, type Node, type Operation } from './read-spec.ts'

const typeChecks: Readonly<Record<string, string>> = {
  array: 'Array.isArray(value)',
  boolean: `typeof value === 'boolean'`,
  integer: 'Number.isInteger(value)',
  null: 'value === null',
  number: 'Number.isFinite(value)',
  object: 'isObject(value)',
  string: `typeof value === 'string'`,
}
const annotations = new Set(['title', 'description', 'default', 'example', 'examples', 'deprecated'])
// What each keyword must stand beside: without that type, JSON Schema lets values of every other type pass.
const neededTypes: Readonly<Record<string, string | undefined>> = {
  type: undefined,
  const: undefined,
  enum: undefined,
  anyOf: undefined,
  format: 'integer',
  items: 'array',
  maxProperties: 'object',
  minLength: 'string',
  pattern: 'string',
  properties: 'object',
  required: 'object',
}
const schemaPrefix = '#/components/schemas/'

const helpers = `type Check = (value: unknown) => boolean

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const has = (value: Readonly<Record<string, unknown>>, key: string, check: Check, otherwise = false): boolean =>
  Object.hasOwn(value, key) ? check(value[key]) : otherwise
`

const all = (conditions: readonly string[]): string => conditions.filter(Boolean).join(' && ')

const quote = (value: string): string => `'${JSON.stringify(value).slice(1, -1).replaceAll(`'`, `\\'`)}'`

function literal(value: unknown, pointer: string): string {
  if (typeof value === 'string') return quote(value)
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return String(value)
  throw new SpecError(pointer, 'only strings, numbers, booleans and null can be compared')
}

function count(value: unknown, pointer: string): number {
  if (!Number.isInteger(value) || Number(value) < 0) throw new SpecError(pointer, 'must be a count')
  return Number(value)
}

function refuseUnknown(schema: Node, type: unknown, pointer: string): void {
  if (type !== undefined && (typeof type !== 'string' || !Object.hasOwn(typeChecks, type)))
    throw new SpecError(at(pointer, 'type'), `the type ${JSON.stringify(type)} cannot be checked`)
  for (const keyword of Object.keys(schema)) {
    if (annotations.has(keyword) || keyword.startsWith('x-')) continue
    if (!Object.hasOwn(neededTypes, keyword))
      throw new SpecError(at(pointer, keyword), `the keyword "${keyword}" cannot be checked`)
    const needed = neededTypes[keyword]
    if (needed !== undefined && needed !== type)
      throw new SpecError(at(pointer, keyword), `"${keyword}" needs "type: ${needed}" beside it`)
  }
}

function propertiesCondition(schema: Node, pointer: string): string {
  const requiredPointer = at(pointer, 'required')
  const required = list(schema['required'] ?? [], requiredPointer).map((key) => text(key, requiredPointer))
  const propertiesPointer = at(pointer, 'properties')
  const properties = node(schema['properties'] ?? {}, propertiesPointer)
  const keys = new Set([...required, ...Object.keys(properties)])
  const conditions = [...keys].map((key) => {
    const check = Object.hasOwn(properties, key)
      ? schemaCondition(properties[key], at(propertiesPointer, key))
      : ''
    if (!required.includes(key)) return check && `has(value, ${quote(key)}, (value) => ${check}, true)`
    return check ? `has(value, ${quote(key)}, (value) => ${check})` : `Object.hasOwn(value, ${quote(key)})`
  })
  return all(conditions)
}

/** Writes what must hold of `value`, whose type may be known already. Nothing at all must hold when it is empty. */
function schemaCondition(source: unknown, pointer: string, known?: string): string {
  if (source === true) return ''
  const schema = node(source, pointer)
  if ('$ref' in schema) return `is${referenceName(schema, pointer)}(value)`
  const type = schema['type'] ?? known
  refuseUnknown(schema, type, pointer)
  const conditions: string[] = []
  const on = (keyword: string, write: (value: unknown, pointer: string) => string): void => {
    if (Object.hasOwn(schema, keyword)) conditions.push(write(schema[keyword], at(pointer, keyword)))
  }
  on('type', (value) => (value === known ? '' : (typeChecks[String(value)] ?? '')))
  on('const', (value, place) => `value === ${literal(value, place)}`)
  on('enum', (value, place) => {
    const literals = list(value, place).map((item) => literal(item, place))
    return `([${literals.join(', ')}] as unknown[]).includes(value)`
  })
  on('format', (value, place) => {
    if (value !== 'int32') throw new SpecError(place, `the format ${JSON.stringify(value)} cannot be checked`)
    return '((value as number) | 0) === value'
  })
  on('minLength', (value, place) =>
    value === 1 ? `value !== ''` : `[...value].length >= ${count(value, place)}`,
  )
  on('pattern', (value, place) => `${new RegExp(text(value, place), 'u')}.test(value)`)
  on('maxProperties', (value, place) => `Object.keys(value).length <= ${count(value, place)}`)
  on('items', (value, place) => {
    const check = schemaCondition(value, place)
    return check && `value.every((value: unknown) => ${check})`
  })
  if (type === 'object') conditions.push(propertiesCondition(schema, pointer))
  on('anyOf', (value, place) => {
    const branches = list(value, place).map((branch, index) =>
      schemaCondition(branch, at(place, index), typeof type === 'string' ? type : undefined),
    )
    return branches.includes('') ? '' : `(${branches.join(' || ')})`
  })
  return all(conditions)
}

function referenceName(schema: Node, pointer: string): string {
  const target = text(schema['$ref'], at(pointer, '$ref'))
  const name = target.slice(schemaPrefix.length)
  if (!target.startsWith(schemaPrefix) || !/^[A-Z][A-Za-z0-9]*$/.test(name))
    throw new SpecError(pointer, `"${target}" is not a schema of this document`)
  for (const keyword of Object.keys(schema))
    if (keyword !== '$ref' && !annotations.has(keyword))
      throw new SpecError(at(pointer, keyword), `"${keyword}" beside a $ref is not looked at by every tool`)
  return name
}

/** Collects the names of the schemas that a schema refers to, itself included, depth first. */
function collectNames(spec: Node, source: unknown, pointer: string, names: Set<string>): void {
  if (typeof source !== 'object' || source === null) return
  if (!('$ref' in source)) {
    for (const [key, value] of Object.entries(source)) collectNames(spec, value, at(pointer, key), names)
    return
  }
  const name = referenceName(node(source, pointer), pointer)
  if (names.has(name)) return
  names.add(name)
  const target = resolve(spec, source, pointer)
  collectNames(spec, target.value, target.pointer, names)
}

/** The named schemas that an answer can be and that mean that the token is inactive. */
function inactiveNames(spec: Node, source: unknown, pointer: string): readonly string[] {
  const schema = node(source, pointer)
  if ('x-inactive-token' in schema)
    throw new SpecError(pointer, 'x-inactive-token needs a schema with a name')
  if (!('$ref' in schema))
    return list(schema['anyOf'] ?? [], pointer).flatMap((branch, index) =>
      inactiveNames(spec, branch, at(at(pointer, 'anyOf'), index)),
    )
  const target = resolve(spec, schema, pointer)
  if (target.value['x-inactive-token'] === true) return [referenceName(schema, pointer)]
  return inactiveNames(spec, target.value, target.pointer)
}

function inactiveAnswers(spec: Node, operation: Operation): string {
  const answers = operation.answers.flatMap(({ status, schema, pointer }) => {
    const names = inactiveNames(spec, schema, pointer)
    if (names.length === 0) return []
    if (names.length > 1) throw new SpecError(pointer, 'more than one schema with x-inactive-token')
    if (!/^\d{3}$/.test(status)) throw new SpecError(pointer, 'x-inactive-token needs a status of its own')
    return [`    ${status}: is${names.join()},\n`]
  })
  return `  ${operation.operationId}: {\n${answers.join('')}  },\n`
}

/** Writes validators.ts. */
export function renderValidators(spec: Node, operations: readonly Operation[]): string {
  const names = new Set<string>()
  for (const { answers } of operations)
    for (const { schema, pointer } of answers) {
      schemaCondition(schema, pointer)
      collectNames(spec, schema, pointer, names)
    }
  const guards = [...names].toSorted().map((name) => {
    const pointer = schemaPrefix + name
    const { value } = resolve(spec, { $ref: pointer }, pointer)
    return `export const is${name} = (value: unknown): value is Schemas['${name}'] =>
  ${(schemaCondition(value, pointer) || 'true').replaceAll(' && has(', ' &&\n  has(')}
`
  })
  return `import type { operations } from './operations.ts'
import type { components } from './schema.ts'

type Schemas = components['schemas']
${helpers}
${guards.join('\n')}
/** Which answers say that the token is dead: by operation and status, with the guard that tells. */
export const inactiveAnswers: Readonly<Record<keyof typeof operations, Readonly<Record<number, Check>>>> = {
${operations.map((operation) => inactiveAnswers(spec, operation)).join('')}}
`
}
