// Compares two schemas. What makes a schema looser is fine for what callers send and not for what they receive, and the other
// way round; where compiled code can tell the difference, a change of what callers receive is breaking either way.
import { isDeepStrictEqual } from 'node:util'
import { at, list, type Node } from '../generate/read-spec.ts'
import {
  beforeAndAfter,
  child,
  diffOtherKeys,
  follow,
  keysOfBoth,
  show,
  type Consequence,
  type Direction,
  type Place,
  type Report,
} from './change.ts'

const whenLooser = (direction: Direction): Consequence => (direction === 'request' ? 'additive' : 'breaking')
const whenTighter = (direction: Direction): Consequence =>
  direction === 'response' ? 'additive' : 'breaking'

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
const compositions = ['allOf', 'anyOf', 'oneOf'] as const

const known = new Set([
  ...Object.keys(bounds),
  ...restrictions,
  ...compositions,
  'additionalProperties',
  'const',
  'default',
  'enum',
  'items',
  'nullable',
  'properties',
  'required',
  'type',
])

/** One comparison of schemas: where it is, which way it goes, and the pairs that were compared already. */
interface Comparison {
  readonly before: Place
  readonly after: Place
  readonly direction: Direction
  readonly report: Report
  readonly seen: Set<string>
}

/** Compares two schemas and all that they consist of. */
export function diffSchema(comparison: Comparison): void {
  const { before, after, direction, report, seen } = comparison
  const key = [before.pointer, after.pointer, direction].join(' ')
  if (seen.has(key)) return
  seen.add(key)
  diffTypes(comparison)
  diffValues(comparison)
  diffBounds(comparison)
  diffDefault(comparison)
  diffProperties(comparison)
  for (const keyword of ['items', 'additionalProperties']) diffPart(comparison, keyword)
  for (const keyword of compositions) diffComposition(comparison, keyword)
  diffOtherKeys(before, after, direction, known, report)
}

const typesOf = ({ type, nullable }: Node): readonly string[] | undefined =>
  type === undefined ? undefined : [type, nullable === true ? 'null' : []].flat().map(String).toSorted()

function diffTypes({ before, after, direction, report }: Comparison): void {
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
      : list(schema['enum'], pointer)

function diffValues({ before, after, direction, report }: Comparison): void {
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

function diffBounds({ before, after, direction, report }: Comparison): void {
  for (const keyword of [...Object.keys(bounds), ...restrictions]) {
    const [old, now] = [before.value[keyword], after.value[keyword]]
    if (isDeepStrictEqual(old, now)) continue
    const isTighter =
      old === undefined
        ? true
        : now === undefined
          ? false
          : keyword in bounds && (bounds[keyword] === 'lower') === Number(now) > Number(old)
    const isOrdered = keyword in bounds || old === undefined || now === undefined
    const consequence = !isOrdered ? 'breaking' : isTighter ? whenTighter(direction) : whenLooser(direction)
    const where = at(now === undefined ? before.pointer : after.pointer, keyword)
    report({ where, subject: `\`${keyword}\``, ...beforeAndAfter(old, now, show), direction, consequence })
  }
}

function diffDefault({ before, after, direction, report }: Comparison): void {
  const [old, now] = [before.value['default'], after.value['default']]
  if (isDeepStrictEqual(old, now)) return
  // A property with a default is never missing in the generated types, whichever way it goes.
  const consequence = old === undefined && direction === 'response' ? 'additive' : 'breaking'
  const where = at(now === undefined ? before.pointer : after.pointer, 'default')
  report({ where, subject: 'the default', ...beforeAndAfter(old, now, show), direction, consequence })
}

function diffProperties(comparison: Comparison): void {
  const { before, after, direction, report } = comparison
  const [old, now] = [child(before, 'properties'), child(after, 'properties')]
  const isRequired = (place: Place, name: string): boolean =>
    list(place.value['required'] ?? [], at(place.pointer, 'required')).includes(name)
  const required = (place: Place): Node =>
    Object.fromEntries(list(place.value['required'] ?? [], place.pointer).map((name) => [String(name), true]))
  const names = [
    ...new Set([...keysOfBoth(old?.value, now?.value), ...keysOfBoth(required(before), required(after))]),
  ]
  for (const name of names) {
    const [oldProperty, newProperty] = [old && child(old, name), now && child(now, name)]
    const [was, is] = [isRequired(before, name), isRequired(after, name)]
    const state = (must: boolean): string => (must ? 'required' : 'optional')
    const subject = `the property \`${name}\``
    if (oldProperty && newProperty) diffSchema({ ...comparison, before: oldProperty, after: newProperty })
    if (!oldProperty !== !newProperty) {
      const [where, consequence] = newProperty
        ? ([at(at(after.pointer, 'properties'), name), is ? whenTighter(direction) : 'additive'] as const)
        : ([at(at(before.pointer, 'properties'), name), 'breaking'] as const)
      const sides = newProperty ? { after: state(is) } : { before: state(was) }
      report({ where, subject, ...sides, direction, consequence })
    } else if (was !== is) {
      const consequence = is ? whenTighter(direction) : whenLooser(direction)
      const where = at(at(after.pointer, 'properties'), name)
      report({ where, subject, before: state(was), after: state(is), direction, consequence })
    }
  }
}

/** A schema inside of the schema that means "anything" where it is missing or true. */
function partOf(place: Place, keyword: string): Place {
  const value = place.value[keyword]
  const pointer = at(place.pointer, keyword)
  if (value === false) return { spec: place.spec, value: { not: {} }, pointer }
  return typeof value === 'object'
    ? follow(place.spec, value, pointer)
    : { spec: place.spec, value: {}, pointer }
}

function diffPart(comparison: Comparison, keyword: string): void {
  const { before, after, direction, report } = comparison
  const [old, now] = [before.value[keyword] ?? true, after.value[keyword] ?? true]
  if (typeof old !== 'boolean' && typeof now !== 'boolean') {
    diffSchema({ ...comparison, before: partOf(before, keyword), after: partOf(after, keyword) })
  } else if (!isDeepStrictEqual(old, now)) {
    // Generated types have an index signature or an element type only where the spec has a word on it.
    const isLooser = old === false || now === true
    const consequence = isLooser && direction === 'request' ? 'additive' : 'breaking'
    report({
      where: at(after.pointer, keyword),
      subject: `\`${keyword}\``,
      before: show(old),
      after: show(now),
      direction,
      consequence,
    })
  }
}

function diffComposition(comparison: Comparison, keyword: (typeof compositions)[number]): void {
  const { before, after, direction, report } = comparison
  const branches = ({ spec, value, pointer }: Place): readonly (Place & { readonly source: unknown })[] =>
    list(value[keyword] ?? [], at(pointer, keyword)).map((source, index) => ({
      ...follow(spec, source, at(at(pointer, keyword), index)),
      source,
    }))
  const where = at(after.pointer, keyword)
  if (!(keyword in before.value) || !(keyword in after.value)) {
    if (keyword in before.value || keyword in after.value)
      report({
        where,
        subject: `\`${keyword}\``,
        ...beforeAndAfter(before.value[keyword], after.value[keyword], show),
        direction,
        consequence: 'breaking',
      })
    return
  }
  const [old, now] = [[...branches(before)], [...branches(after)]]
  for (const branch of branches(before)) {
    const same = now.find(({ source }) => isDeepStrictEqual(source, branch.source))
    if (!same) continue
    diffSchema({ ...comparison, before: branch, after: same })
    old.splice(
      old.findIndex(({ source }) => source === branch.source),
      1,
    )
    now.splice(now.indexOf(same), 1)
  }
  // One branch that is left over on each side is the same branch, changed.
  const [left, right] = [old[0], now[0]]
  if (old.length === 1 && now.length === 1 && left && right) {
    diffSchema({ ...comparison, before: left, after: right })
    return
  }
  // A branch more of allOf asks for more; a branch more of the others allows more.
  const added = keyword === 'allOf' ? whenTighter(direction) : whenLooser(direction)
  for (const { source } of old)
    report({
      where,
      subject: `a branch of \`${keyword}\``,
      before: show(source),
      direction,
      consequence: 'breaking',
    })
  for (const { source } of now)
    report({
      where,
      subject: `a branch of \`${keyword}\``,
      after: show(source),
      direction,
      consequence: added,
    })
}
