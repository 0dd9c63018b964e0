// From the schemas of the answers to small type guards: own properties only, and nothing that is not understood.
import type { Operation } from './list-operations.ts'
import { referenceName, schemaCondition } from './schema-condition.ts'
import { at, list, node, type Node, resolve, SpecError } from './spec-node.ts'

const schemaPrefix = '#/components/schemas/'

// No name of theirs begins with `is`, so that none is that of a guard.
const helpers = `type Check = (value: unknown) => boolean

const object = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const has = (value: Readonly<Record<string, unknown>>, key: string, check: Check, otherwise = false): boolean =>
  Object.prototype.hasOwnProperty.call(value, key) ? check(value[key]) : otherwise
`

const stringHelper = `
const string: Check = (value) => typeof value === 'string'
`

// Date.parse takes February 30 for March 2.
const dateHelper = `
const date = (value: string): boolean => {
  const day = value.slice(0, 10)
  return !Number.isNaN(Date.parse(value)) && new Date(day).toISOString().startsWith(day)
}
`

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

const mark = 'x-inactive-token'

/** Tells whether a schema means that the token is inactive. */
function isMarked(schema: Node, pointer: string): boolean {
  const { [mark]: marked = false } = schema
  if (typeof marked !== 'boolean') throw new SpecError(at(pointer, mark), 'must be true or false')
  return marked
}

/** The named schemas that an answer can be and that mean that the token is inactive. */
function inactiveNames(spec: Node, source: unknown, pointer: string): readonly string[] {
  if (typeof source === 'boolean') return []
  const schema = node(source, pointer)
  if (isMarked(schema, pointer)) throw new SpecError(pointer, `${mark} needs a schema with a name`)
  if (!('$ref' in schema))
    return ['anyOf', 'oneOf'].flatMap((keyword) =>
      list(schema[keyword] ?? [], pointer).flatMap((branch, index) =>
        inactiveNames(spec, branch, at(at(pointer, keyword), index)),
      ),
    )
  const target = resolve(spec, schema, pointer)
  if (isMarked(target.value, target.pointer)) return [referenceName(schema, pointer)]
  return inactiveNames(spec, target.value, target.pointer)
}

/** Refuses an answer with a marked schema inside of it, which would say nothing about the answer itself. */
function assertNoMarkInside(spec: Node, schema: unknown, pointer: string, found: readonly string[]): void {
  const inside = new Set<string>()
  collectNames(spec, schema, pointer, inside)
  for (const name of inside) {
    const { value } = resolve(spec, { $ref: schemaPrefix + name }, pointer)
    if (isMarked(value, schemaPrefix + name) && !found.includes(name))
      throw new SpecError(
        pointer,
        `${name} has ${mark}, and is neither the answer nor a branch of its anyOf or oneOf`,
      )
  }
}

function inactiveAnswers(spec: Node, operation: Operation): string {
  const answers = operation.answers.flatMap(({ status, schema, pointer }) => {
    const names = inactiveNames(spec, schema, pointer)
    assertNoMarkInside(spec, schema, pointer, names)
    if (names.length === 0) return []
    if (names.length > 1) throw new SpecError(pointer, `more than one schema with ${mark}`)
    if (!/^\d{3}$/.test(status)) throw new SpecError(pointer, `${mark} needs a status of its own`)
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
  const uses = (helper: RegExp): boolean => guards.some((guard) => helper.test(guard))
  return `import type { operations } from './operations.ts'
import type { components } from './schema.ts'

type Schemas = components['schemas']
${helpers}${uses(/, string\b/) ? stringHelper : ''}${uses(/\bdate\(/) ? dateHelper : ''}
${guards.join('\n')}
/** Which answers say that the token is dead: by operation and status, with the guard that tells. */
export const inactiveAnswers: Readonly<Record<keyof typeof operations, Readonly<Record<number, Check>>>> = {
${operations.map((operation) => inactiveAnswers(spec, operation)).join('')}}
`
}
