// From a JSON Schema to the TypeScript expression that must hold of `value`. A keyword that the expression would not check is an error.
//
// @exodus/schemasafe 1.3.0 was tried in its place. With the modules that it writes, the tests of auth-core and of the realms pass, but each of
// the five bundles outgrows its limit, by 131 to 164 B. And 15 of the 57 tests of this generator fail: the library takes Infinity for a
// number, which `JSON.parse` makes of 1e400, refuses the bounds that would mend that beside an exclusive bound, does not name the keyword that
// is at fault, and writes JavaScript without types.
import { formatCondition } from './formats.ts'
import { quote } from './quote.ts'
import { at, list, node, type Node, SpecError, text } from './spec-node.ts'

const typeChecks: Readonly<Record<string, string>> = {
  array: 'Array.isArray(value)',
  boolean: `typeof value === 'boolean'`,
  integer: 'Number.isInteger(value)',
  null: 'value === null',
  number: 'Number.isFinite(value)',
  object: 'object(value)',
  string: `typeof value === 'string'`,
}
export const annotations: ReadonlySet<string> = new Set([
  'title',
  'description',
  'default',
  'example',
  'examples',
  'deprecated',
  'readOnly',
  'writeOnly',
])
const numbers = ['integer', 'number']
// The types that a keyword is for. JSON Schema lets it pass values of every other type, so that one of them must stand beside it.
const neededTypes: Readonly<Record<string, readonly string[]>> = {
  type: [],
  const: [],
  enum: [],
  allOf: [],
  anyOf: [],
  oneOf: [],
  format: ['string', ...numbers],
  items: ['array'],
  minItems: ['array'],
  maxItems: ['array'],
  minProperties: ['object'],
  maxProperties: ['object'],
  minLength: ['string'],
  maxLength: ['string'],
  pattern: ['string'],
  minimum: numbers,
  maximum: numbers,
  exclusiveMinimum: numbers,
  exclusiveMaximum: numbers,
  properties: ['object'],
  required: ['object'],
}
const schemaPrefix = '#/components/schemas/'

const all = (conditions: readonly string[]): string => conditions.filter(Boolean).join(' && ')

function literal(value: unknown, pointer: string): string {
  if (typeof value === 'string') return quote(value)
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return String(value)
  throw new SpecError(pointer, 'only strings, numbers, booleans and null can be compared')
}

function count(value: unknown, pointer: string): number {
  if (!Number.isInteger(value) || Number(value) < 0) throw new SpecError(pointer, 'must be a count')
  return Number(value)
}

function limit(value: unknown, pointer: string): number {
  if (!Number.isFinite(value)) throw new SpecError(pointer, 'must be a number')
  return Number(value)
}

/** The types of a schema: those of a schema around it where it has none of its own. */
function typesOf(schema: Node, pointer: string, known: readonly string[]): readonly string[] {
  const { type } = schema
  if (type === undefined) return known
  const types = Array.isArray(type) ? type : [type]
  if (
    types.length === 0 ||
    !types.every((name) => typeof name === 'string' && Object.hasOwn(typeChecks, name))
  )
    throw new SpecError(at(pointer, 'type'), `the type ${JSON.stringify(type)} cannot be checked`)
  return types as readonly string[]
}

function refuseUnknown(schema: Node, types: readonly string[], pointer: string): void {
  for (const keyword of Object.keys(schema)) {
    if (annotations.has(keyword) || keyword.startsWith('x-')) continue
    const needed = Object.hasOwn(neededTypes, keyword) ? neededTypes[keyword] : undefined
    if (needed === undefined)
      throw new SpecError(at(pointer, keyword), `the keyword "${keyword}" cannot be checked`)
    if (needed.length > 0 && !needed.some((type) => types.includes(type)))
      throw new SpecError(at(pointer, keyword), `"${keyword}" needs "type: ${needed[0]}" beside it`)
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
    // By far the most frequent check has a name, so that it is written once.
    const guard = check === typeChecks['string'] ? 'string' : `(value) => ${check}`
    if (!required.includes(key)) return check && `has(value, ${quote(key)}, ${guard}, true)`
    return check
      ? `has(value, ${quote(key)}, ${guard})`
      : `Object.prototype.hasOwnProperty.call(value, ${quote(key)})`
  })
  return all(conditions)
}

function patternOf(source: string, pointer: string): RegExp {
  try {
    return new RegExp(source, 'u')
  } catch {
    throw new SpecError(pointer, `${JSON.stringify(source)} is no regular expression`)
  }
}

/** How each keyword is checked of a value whose type it is for. */
const keywordConditions: Readonly<Record<string, (value: unknown, pointer: string, type: string) => string>> =
  {
    format: (value, pointer, type) => formatCondition(value, type, pointer),
    minLength: (value, pointer) =>
      value === 1 ? `value !== ''` : `[...value].length >= ${count(value, pointer)}`,
    maxLength: (value, pointer) => `[...value].length <= ${count(value, pointer)}`,
    pattern: (value, pointer) => `${patternOf(text(value, pointer), pointer)}.test(value)`,
    minimum: (value, pointer) => `(value as number) >= ${limit(value, pointer)}`,
    maximum: (value, pointer) => `(value as number) <= ${limit(value, pointer)}`,
    exclusiveMinimum: (value, pointer) => `(value as number) > ${limit(value, pointer)}`,
    exclusiveMaximum: (value, pointer) => `(value as number) < ${limit(value, pointer)}`,
    minProperties: (value, pointer) => `Object.keys(value).length >= ${count(value, pointer)}`,
    maxProperties: (value, pointer) => `Object.keys(value).length <= ${count(value, pointer)}`,
    minItems: (value, pointer) => `value.length >= ${count(value, pointer)}`,
    maxItems: (value, pointer) => `value.length <= ${count(value, pointer)}`,
    items: (value, pointer) => {
      const check = schemaCondition(value, pointer)
      return check && `value.every((value: unknown) => ${check})`
    },
  }

/** What must hold of a value of one type: the keywords that are for this type. */
function typeCondition(schema: Node, type: string, pointer: string): string {
  const conditions = Object.entries(keywordConditions)
    .filter(([keyword]) => Object.hasOwn(schema, keyword) && neededTypes[keyword]?.includes(type))
    .map(([keyword, write]) => write(schema[keyword], at(pointer, keyword), type))
  return all([...conditions, type === 'object' ? propertiesCondition(schema, pointer) : ''])
}

function branchesOf(value: unknown, pointer: string, known: readonly string[]): readonly string[] {
  return list(value, pointer).map((branch, index) => schemaCondition(branch, at(pointer, index), known))
}

/**
 * Writes what must hold of `value`. The empty text means that every value will do.
 *
 * @param known the types that the schema around it has checked already
 */
export function schemaCondition(source: unknown, pointer: string, known: readonly string[] = []): string {
  if (source === true) return ''
  const schema = node(source, pointer)
  if ('$ref' in schema) return `is${referenceName(schema, pointer)}(value)`
  const types = typesOf(schema, pointer, known)
  refuseUnknown(schema, types, pointer)
  if (typeof schema['format'] === 'string') formatCondition(schema['format'], '', at(pointer, 'format'))
  const conditions: string[] = []
  const on = (keyword: string, write: (value: unknown, pointer: string) => string): void => {
    if (Object.hasOwn(schema, keyword)) conditions.push(write(schema[keyword], at(pointer, keyword)))
  }
  const ofTypes = types.map((type) =>
    all([
      types === known && types.length === 1 ? '' : (typeChecks[type] ?? ''),
      typeCondition(schema, type, pointer),
    ]),
  )
  if (types !== known || ofTypes.some(Boolean))
    conditions.push(ofTypes.length > 1 ? `(${ofTypes.join(' || ')})` : (ofTypes[0] ?? ''))
  on('const', (value, place) => `value === ${literal(value, place)}`)
  on('enum', (value, place) => {
    const literals = list(value, place).map((item) => literal(item, place))
    if (literals.length === 0) throw new SpecError(place, 'must list a value')
    return `([${literals.join(', ')}] as unknown[]).includes(value)`
  })
  on('allOf', (value, place) => all(branchesOf(value, place, types)))
  on('anyOf', (value, place) => {
    const branches = branchesOf(value, place, types)
    return branches.includes('') ? '' : `(${branches.join(' || ')})`
  })
  on('oneOf', (value, place) => {
    const branches = branchesOf(value, place, types).map((branch) => branch || 'true')
    return `[${branches.join(', ')}].filter(Boolean).length === 1`
  })
  return all(conditions)
}

/** The name of the schema of this document that a `$ref` names. */
export function referenceName(schema: Node, pointer: string): string {
  const target = text(schema['$ref'], at(pointer, '$ref'))
  const name = target.slice(schemaPrefix.length)
  if (!target.startsWith(schemaPrefix) || name.includes('/'))
    throw new SpecError(pointer, `"${target}" is not a schema of this document that has a name`)
  if (!/^[A-Z][A-Za-z0-9]*$/.test(name))
    throw new SpecError(pointer, `"${name}" is no name that a type can have, such as TokenInfo`)
  for (const keyword of Object.keys(schema))
    if (keyword !== '$ref' && !annotations.has(keyword))
      throw new SpecError(at(pointer, keyword), `"${keyword}" beside a $ref is not looked at by every tool`)
  return name
}
