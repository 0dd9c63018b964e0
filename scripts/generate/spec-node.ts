// The parts of a spec: mappings, texts and lists, each with the JSON pointer of its place, which every error names.

/** Any mapping of the spec. */
export interface Node {
  readonly [key: string]: unknown
}

/** A mistake in the spec: what is wrong, and the JSON pointer of the place. */
export class SpecError extends Error {
  override readonly name = 'SpecError'
  readonly pointer: string

  constructor(pointer: string, problem: string) {
    super(pointer === '#' ? problem : `${pointer}: ${problem}`)
    this.pointer = pointer
  }
}

/** Tells whether a value is a mapping. */
export const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Extends a JSON pointer by one key. */
export const at = (pointer: string, key: string | number): string =>
  `${pointer}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`

/** Splits a JSON pointer such as `#/paths/~1auth~1v1~1revoke` into its keys. */
export const keysOf = (pointer: string): readonly string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))

function refuse(value: unknown, pointer: string, wanted: string): never {
  const found = value === undefined ? 'is missing' : `is ${JSON.stringify(value).slice(0, 40)}`
  throw new SpecError(pointer, `must be ${wanted}, and ${found}`)
}

/** Narrows to a mapping, or throws. */
export function node(value: unknown, pointer: string): Node {
  return isNode(value) ? value : refuse(value, pointer, 'a mapping')
}

/** Narrows to a text, or throws. */
export function text(value: unknown, pointer: string): string {
  return typeof value === 'string' ? value : refuse(value, pointer, 'a string')
}

/** Narrows to a list, or throws. */
export function list(value: unknown, pointer: string): readonly unknown[] {
  return Array.isArray(value) ? value : refuse(value, pointer, 'a list')
}

/** The pointer that a `$ref` holds: part of a URL, so that it may be percent-encoded. */
function pointerOf(reference: string): string {
  try {
    return decodeURIComponent(reference)
  } catch {
    return reference
  }
}

/** Follows a `$ref` of this document, once. Any other mapping is returned unchanged. */
export function resolve(spec: Node, value: unknown, pointer: string): { value: Node; pointer: string } {
  const from = node(value, pointer)
  if (!('$ref' in from)) return { value: from, pointer }
  const reference = text(from['$ref'], at(pointer, '$ref'))
  const target = pointerOf(reference)
  if (!target.startsWith('#/')) throw new SpecError(pointer, `"${reference}" is not in this document`)
  let found: unknown = spec
  for (const name of keysOf(target)) {
    const parts = typeof found === 'object' && found !== null ? (found as Node) : {}
    found = Object.hasOwn(parts, name) ? parts[name] : undefined
  }
  if (found === undefined) throw new SpecError(pointer, `"${reference}" does not exist`)
  return { value: node(found, target), pointer: target }
}
