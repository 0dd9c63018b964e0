// Compares what two schemas demand of one value: its type, its values, its bounds and its default.
import { isDeepStrictEqual } from 'node:util'
import { at, list, type Node } from '../generate/spec-node.ts'
import {
  beforeAndAfter,
  show,
  whenLooser,
  whenTighter,
  type Consequence,
  type SchemaComparison,
} from './change.ts'

/** Bounds, and whether a greater number is the tighter one. */
const bounds: Readonly<Record<string, 'lower' | 'upper'>> = {
  minimum: 'lower',
  exclusiveMinimum: 'lower',
  minLength: 'lower',
  minItems: 'lower',
  minProperties: 'lower',
  maximum: 'upper',
  exclusiveMaximum: 'upper',
  maxLength: 'upper',
  maxItems: 'upper',
  maxProperties: 'upper',
}
/** Keywords that make a schema tighter by being there, and whose change cannot be ordered. */
const restrictions = ['pattern', 'format', 'multipleOf', 'uniqueItems', 'propertyNames']

/** The keywords that are compared here. */
export const constraints: readonly string[] = [
  ...Object.keys(bounds),
  ...restrictions,
  'const',
  'default',
  'enum',
  'type',
]

/** Compares the constraints of two schemas. */
export function diffConstraints(comparison: SchemaComparison): void {
  diffTypes(comparison)
  diffValues(comparison)
  diffBounds(comparison)
  diffDefault(comparison)
}

const typesOf = ({ type }: Node): readonly string[] | undefined =>
  type === undefined ? undefined : [...new Set([type].flat().map(String))].toSorted()

function diffTypes({ before, after, direction, report }: SchemaComparison): void {
  const [old, now] = [typesOf(before.value), typesOf(after.value)]
  if (isDeepStrictEqual(old, now)) return
  const covers = (wide: typeof old, narrow: typeof old): boolean =>
    wide === undefined ||
    (narrow?.every((type) => wide.includes(type) || (type === 'integer' && wide.includes('number'))) ?? false)
  // To TypeScript an integer is a number, and a comparison with null compiles everywhere.
  const inTypeScript = (types: typeof old): readonly string[] =>
    [...new Set(types?.map((type) => (type === 'integer' ? 'number' : type)))].filter(
      (type) => type !== 'null',
    )
  const isNarrowedQuietly =
    old !== undefined && covers(old, now) && isDeepStrictEqual(inTypeScript(old), inTypeScript(now))
  const consequence = covers(now, old)
    ? whenLooser(direction)
    : isNarrowedQuietly
      ? whenTighter(direction)
      : 'breaking'
  const where = at(after.pointer, 'type')
  const names = (types: unknown): string => list(types, where).join(' or ')
  report({
    where,
    subject: 'the type',
    ...beforeAndAfter(old ?? ['anything'], now ?? ['anything'], names),
    direction,
    consequence,
  })
}

const valuesOf = (schema: Node, pointer: string): readonly unknown[] | undefined =>
  Object.hasOwn(schema, 'const')
    ? [schema['const']]
    : schema['enum'] === undefined
      ? undefined
      : list(schema['enum'], at(pointer, 'enum'))

function diffValues({ before, after, direction, report }: SchemaComparison): void {
  const old = valuesOf(before.value, before.pointer)
  const now = valuesOf(after.value, after.pointer)
  const where = at(after.pointer, Object.hasOwn(after.value, 'const') ? 'const' : 'enum')
  const has = (values: readonly unknown[], value: unknown): boolean =>
    values.some((one) => isDeepStrictEqual(one, value))
  // Code that compares a received value with one that is gone, or tells all cases apart, no longer compiles.
  const consequence = (isLooser: boolean): Consequence =>
    isLooser && direction === 'request' ? 'additive' : 'breaking'
  if (old === undefined || now === undefined) {
    if (old === now) return
    const isLooser = now === undefined
    report({
      where,
      subject: 'the list of values',
      ...beforeAndAfter(old, now, show),
      direction,
      consequence: consequence(isLooser),
    })
    return
  }
  for (const value of old.filter((one) => !has(now, one)))
    report({
      where,
      subject: `the value ${show(value)}`,
      before: '',
      direction,
      consequence: consequence(false),
    })
  for (const value of now.filter((one) => !has(old, one)))
    report({
      where,
      subject: `the value ${show(value)}`,
      after: '',
      direction,
      consequence: consequence(true),
    })
}

function diffBounds({ before, after, direction, report }: SchemaComparison): void {
  for (const keyword of [...Object.keys(bounds), ...restrictions]) {
    const [old, now] = [before.value[keyword], after.value[keyword]]
    if (isDeepStrictEqual(old, now)) continue
    const isTighter =
      old === undefined
        ? true
        : now === undefined
          ? false
          : (bounds[keyword] === 'lower') === Number(now) > Number(old)
    const areNumbers = typeof old === 'number' && typeof now === 'number'
    const isOrdered = (keyword in bounds && areNumbers) || old === undefined || now === undefined
    const consequence = !isOrdered ? 'breaking' : isTighter ? whenTighter(direction) : whenLooser(direction)
    const where = at(now === undefined ? before.pointer : after.pointer, keyword)
    report({ where, subject: `\`${keyword}\``, ...beforeAndAfter(old, now, show), direction, consequence })
  }
}

function diffDefault({ before, after, direction, report }: SchemaComparison): void {
  const [old, now] = [before.value['default'], after.value['default']]
  if (isDeepStrictEqual(old, now)) return
  // A property with a default is never missing in the generated types, whichever way it goes.
  const consequence = old === undefined && direction === 'response' ? 'additive' : 'breaking'
  const where = at(now === undefined ? before.pointer : after.pointer, 'default')
  report({ where, subject: 'the default', ...beforeAndAfter(old, now, show), direction, consequence })
}
