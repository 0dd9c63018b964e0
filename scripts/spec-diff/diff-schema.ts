// Compares two schemas. What makes a schema looser is fine for what callers send and not for what they receive, and the other
// way round; where compiled code can tell the difference, a change of what callers receive is breaking either way.
import { isDeepStrictEqual } from 'node:util'
import { at, list, type Node } from '../generate/spec-node.ts'
import {
  beforeAndAfter,
  child,
  diffOtherKeys,
  docs,
  follow,
  keyOf,
  keysOfBoth,
  show,
  whenLooser,
  whenTighter,
  type Place,
  type SchemaComparison,
} from './change.ts'
import { constraints, diffConstraints } from './diff-constraints.ts'

const compositions = ['allOf', 'anyOf', 'oneOf'] as const

const known = new Set([
  ...constraints,
  ...compositions,
  'additionalProperties',
  'items',
  'properties',
  'required',
])

/**
 * The one branch of a composition, where the schema says nothing else: OpenAPI 3.0 had no other way to put words beside a `$ref`. It is
 * compared in place of the schema where the other side has no such composition.
 */
function unwrap(place: Place, other: Place): Place {
  const keys = Object.keys(place.value).filter((key) => !docs.has(key))
  const keyword = compositions.find((one) => keys.length === 1 && keys[0] === one && !(one in other.value))
  if (!keyword) return place
  const pointer = at(place.pointer, keyword)
  const [source, ...more] = list(place.value[keyword], pointer)
  if (source === undefined || more.length > 0) return place
  const branch = follow(place.spec, source, at(pointer, 0))
  const { [keyword]: _, ...words } = place.value
  return unwrap({ ...branch, value: { ...branch.value, ...words } }, other)
}

/** Compares two schemas and all that they consist of. */
export function diffSchema({ before: older, after: newer, ...rest }: SchemaComparison): void {
  const { direction, report, seen } = rest
  const key = [keyOf(older), keyOf(newer), direction].join(' ')
  if (seen.has(key)) return
  seen.add(key)
  const comparison = { ...rest, before: unwrap(older, newer), after: unwrap(newer, older) }
  const { before, after } = comparison
  diffConstraints(comparison)
  diffProperties(comparison)
  if ('items' in before.value || 'items' in after.value)
    diffSchema({ ...comparison, before: partOf(before, 'items'), after: partOf(after, 'items') })
  diffAdditional(comparison)
  for (const keyword of compositions) diffComposition(comparison, keyword)
  diffOtherKeys(before, after, direction, known, report)
}

const requiredOf = ({ value, pointer }: Place): readonly unknown[] =>
  list(value['required'] ?? [], at(pointer, 'required'))

function diffProperties(comparison: SchemaComparison): void {
  const { before, after, direction, report } = comparison
  const [old, now] = [child(before, 'properties'), child(after, 'properties')]
  const isRequired = (place: Place, name: string): boolean => requiredOf(place).includes(name)
  const required = (place: Place): Node =>
    Object.fromEntries(requiredOf(place).map((name) => [String(name), true]))
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

/** A schema inside of the schema, which means "anything" where it is missing. */
const partOf = (place: Place, keyword: string): Place =>
  child(place, keyword) ?? { spec: place.spec, value: {}, pointer: at(place.pointer, keyword) }

function diffAdditional(comparison: SchemaComparison): void {
  const { before, after, direction, report } = comparison
  const keyword = 'additionalProperties'
  // Generated types have an index signature only where the spec has a word on it, so that no word is not `true`.
  const [old, now] = [before.value[keyword], after.value[keyword]]
  if (typeof old === 'object' && typeof now === 'object') {
    diffSchema({ ...comparison, before: partOf(before, keyword), after: partOf(after, keyword) })
  } else if (!isDeepStrictEqual(old, now)) {
    const isLooser = old === false || now === true
    const consequence = isLooser && direction === 'request' ? 'additive' : 'breaking'
    report({
      where: at(after.pointer, keyword),
      subject: `\`${keyword}\``,
      ...beforeAndAfter(old, now, show),
      direction,
      consequence,
    })
  }
}

function diffComposition(comparison: SchemaComparison, keyword: (typeof compositions)[number]): void {
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
