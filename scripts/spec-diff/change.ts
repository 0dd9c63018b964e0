// What a difference between two specs means for those who call the service through Tokenward.
import { isDeepStrictEqual } from 'node:util'
import { isExtension } from '../generate/openapi-objects.ts'
import { at, isNode, node, type Node, resolve } from '../generate/spec-node.ts'

/** `docs`: only people notice. `additive`: what worked still works, and there is more. `breaking`: something may stop working. */
export type Consequence = 'docs' | 'additive' | 'breaking'

/** Whether the place is about what callers send, what they receive, or both. */
export type Direction = 'request' | 'response' | 'both'

/** One difference between two specs. */
export interface Change {
  /** The JSON pointer of the place: in the newer spec, or in the older one where the newer has none. */
  readonly where: string
  /** What is different there. */
  readonly subject: string
  /** How it was, in short. Missing where it was not there. */
  readonly before?: string | undefined
  /** How it is, in short. Missing where it is no longer there. */
  readonly after?: string | undefined
  readonly direction: Direction
  readonly consequence: Consequence
}

export type Report = (change: Change) => void

/** A place in one of the two specs. */
export interface Place {
  readonly spec: Node
  readonly value: Node
  readonly pointer: string
  /** What stood beside the `$ref` that led there. */
  readonly beside?: Node
}

const ranks: readonly Consequence[] = ['docs', 'additive', 'breaking']

/** The weightiest consequence of a list of changes, or `none`. */
export function worstOf(changes: readonly Change[]): Consequence | 'none' {
  return ranks.findLast((rank) => changes.some(({ consequence }) => consequence === rank)) ?? 'none'
}

/** Says a change in one sentence without a subject of its own, such as "the property `sub` was removed". */
export function describeChange({ subject, before, after }: Change): string {
  if (before === undefined) return `${subject} was added${after ? `: ${after}` : ''}`
  if (after === undefined) return `${subject} was removed${before ? `: ${before}` : ''}`
  return `${subject} was ${before}, is ${after}`
}

/** Shows a value of the spec in short. */
export function show(value: unknown): string {
  const text = JSON.stringify(value) ?? ''
  return text.length > 60 ? `${text.slice(0, 59)}…` : text
}

/** Names a place. What stands beside a `$ref` is part of the name: the same target may be meant in two ways. */
export const keyOf = ({ pointer, beside }: Place): string =>
  beside === undefined ? pointer : `${pointer} ${JSON.stringify(beside)}`

/** Follows every `$ref` from a place. What stands beside a `$ref` is laid over its target. */
export function follow(spec: Node, value: unknown, pointer: string): Place {
  let place: Place = { spec, value: node(value, pointer), pointer }
  for (let steps = 0; '$ref' in place.value; steps += 1) {
    const { $ref: _, ...beside } = place.value
    const target = resolve(spec, { $ref: place.value['$ref'] }, place.pointer)
    if (steps > 100) throw new Error(`${pointer}: the $ref leads back to itself`)
    const all = { ...beside, ...place.beside }
    place = {
      spec,
      value: { ...target.value, ...beside },
      pointer: target.pointer,
      ...(Object.keys(all).length > 0 && { beside: all }),
    }
  }
  return place
}

/** The place of a key, its `$ref`s followed. Undefined where the key is missing. */
export function child({ spec, value, pointer }: Place, key: string): Place | undefined {
  return Object.hasOwn(value, key) ? follow(spec, value[key], at(pointer, key)) : undefined
}

/** The keys of both places, in the order of the older one. */
export function keysOfBoth(before: Node | undefined, after: Node | undefined): readonly string[] {
  return [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])]
}

/** What people read and no program does. */
export const docs: ReadonlySet<string> = new Set([
  '$comment',
  'bearerFormat',
  'description',
  'example',
  'examples',
  'externalDocs',
  'summary',
  'tags',
  'title',
  'xml',
])

/** The extensions that `pnpm generate` reads. */
export const ownExtensions: readonly string[] = ['x-inactive-token', 'x-key-identities', 'x-regions']

function consequenceOfKey(key: string): Consequence {
  if (docs.has(key) || (isExtension(key) && !ownExtensions.includes(key))) return 'docs'
  return key === 'deprecated' ? 'additive' : 'breaking'
}

/** The innermost place that holds all that is different between two values. */
function narrow(
  before: unknown,
  after: unknown,
  path: readonly string[],
): readonly [readonly string[], unknown, unknown] {
  const sides = [before, after]
  if (!sides.every(isNode) && !sides.every(Array.isArray)) return [path, before, after]
  const [old, now] = [{ ...(before as object) }, { ...(after as object) }] as [Node, Node]
  const [key, ...more] = keysOfBoth(old, now).filter((one) => !isDeepStrictEqual(old[one], now[one]))
  if (key === undefined || more.length > 0) return [path, before, after]
  return narrow(old[key], now[key], [...path, key])
}

/**
 * Reports each key that differs and has no rule of its own: words for people and extensions that no program of ours reads
 * are docs, a deprecation is additive, and anything else is breaking, because this program does not understand it.
 */
export function diffOtherKeys(
  before: Place,
  after: Place,
  direction: Direction,
  known: ReadonlySet<string>,
  report: Report,
): void {
  for (const key of keysOfBoth(before.value, after.value)) {
    if (known.has(key) || isDeepStrictEqual(before.value[key], after.value[key])) continue
    const [path, old, now] = narrow(before.value[key], after.value[key], [key])
    const where = path.reduce(at, now === undefined ? before.pointer : after.pointer)
    const consequence = consequenceOfKey(key)
    report({
      where,
      subject: `\`${path.at(-1)}\``,
      ...beforeAndAfter(old, now, show),
      direction,
      consequence,
    })
  }
}

/** Reports the extensions that differ among names of the vendor's choice. */
export function diffExtensions(before: Place, after: Place, direction: Direction, report: Report): void {
  const names = keysOfBoth(before.value, after.value).filter((key) => !isExtension(key))
  diffOtherKeys(before, after, direction, new Set(names), report)
}

/** Both sides of a change in short; a side that is missing stays missing. */
export function beforeAndAfter(
  before: unknown,
  after: unknown,
  text: (value: unknown) => string,
): Pick<Change, 'before' | 'after'> {
  return {
    before: before === undefined ? undefined : text(before),
    after: after === undefined ? undefined : text(after),
  }
}

/** Notes that two places were compared, so that what is shared by a name is compared once. */
export function markCompared(before: Place, after: Place, seen: Set<string>): void {
  seen.add(`${before.pointer} ${after.pointer}`)
}

/** Whether what two specs share by a name was compared where operations refer to it. */
export function isCompared(pointer: string, seen: ReadonlySet<string>): boolean {
  const key = `${pointer} ${pointer}`
  return ['', ' request', ' response', ' both'].some((end) => seen.has(key + end))
}

/** What a schema that takes more means to callers. */
export const whenLooser = (direction: Direction): Consequence =>
  direction === 'request' ? 'additive' : 'breaking'
/** What a schema that takes less means to callers. */
export const whenTighter = (direction: Direction): Consequence =>
  direction === 'response' ? 'additive' : 'breaking'

/** One comparison of schemas: where it is, which way it goes, and the pairs that were compared already. */
export interface SchemaComparison {
  readonly before: Place
  readonly after: Place
  readonly direction: Direction
  readonly report: Report
  readonly seen: Set<string>
}

/** One comparison of operations. */
export interface OperationComparison {
  readonly before: Place
  readonly after: Place
  /** The path items that hold them. */
  readonly items: readonly [before: Place, after: Place]
  readonly report: Report
  readonly seen: Set<string>
}
