// Reads the spec and follows its `$ref`s. Every error names the JSON pointer of the place in the spec.
import { readFileSync } from 'node:fs'
import { isNode as isYamlNode, LineCounter, parse, parseDocument } from 'yaml'

/** Any mapping of the spec. */
export interface Node {
  readonly [key: string]: unknown
}

/** A mistake in the spec: what is wrong, and the JSON pointer of the place. */
export class SpecError extends Error {
  override readonly name = 'SpecError'
  readonly pointer: string

  constructor(pointer: string, problem: string) {
    super(`${pointer}: ${problem}`)
    this.pointer = pointer
  }
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Extends a JSON pointer by one key. */
export const at = (pointer: string, key: string | number): string =>
  `${pointer}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`

/** Splits a JSON pointer such as `#/paths/~1auth~1v1~1revoke` into its keys. */
const keysOf = (pointer: string): readonly string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))

/** Narrows to a mapping, or throws. */
export function node(value: unknown, pointer: string): Node {
  if (!isNode(value)) throw new SpecError(pointer, 'must be a mapping')
  return value
}

/** Narrows to a text, or throws. */
export function text(value: unknown, pointer: string): string {
  if (typeof value !== 'string') throw new SpecError(pointer, 'must be a string')
  return value
}

/** Narrows to a list, or throws. */
export function list(value: unknown, pointer: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new SpecError(pointer, 'must be a list')
  return value
}

/** Reads the spec's YAML. */
export function readSpec(file: string): Node {
  const spec = node(parse(readFileSync(file, 'utf8')), '#')
  assertEnds(spec, spec, '#', [])
  return spec
}

/** Refuses what would be read for ever: an alias of YAML within itself, and a `$ref` that leads back to itself. */
function assertEnds(spec: Node, value: unknown, pointer: string, parents: readonly unknown[]): void {
  if (typeof value !== 'object' || value === null) return
  if (parents.includes(value)) throw new SpecError(pointer, 'the alias stands within what it is an alias of')
  let target = value as Node
  for (const seen = new Set<Node>(); isReference(target); target = resolve(spec, target, pointer).value) {
    if (seen.has(target)) throw new SpecError(pointer, 'the $ref leads back to itself')
    seen.add(target)
  }
  for (const [key, part] of Object.entries(value))
    assertEnds(spec, part, at(pointer, key), [...parents, value])
}

const isReference = ({ $ref }: Node): boolean => typeof $ref === 'string' && $ref.startsWith('#/')

/** Finds line and column, both from 1, of a JSON pointer in YAML: of the nearest parent where the place is missing. */
export function locate(yaml: string, pointer: string): { readonly line: number; readonly column: number } {
  const lineCounter = new LineCounter()
  const document = parseDocument(yaml, { lineCounter })
  for (let keys = keysOf(pointer); ; keys = keys.slice(0, -1)) {
    const found: unknown = keys.length === 0 ? document.contents : document.getIn(keys, true)
    if (isYamlNode(found) && found.range) {
      const { line, col } = lineCounter.linePos(found.range[0])
      return { line, column: col }
    }
    if (keys.length === 0) return { line: 1, column: 1 }
  }
}

/** Follows a `$ref` of this document, once. Any other mapping is returned unchanged. */
export function resolve(spec: Node, value: unknown, pointer: string): { value: Node; pointer: string } {
  const from = node(value, pointer)
  if (!('$ref' in from)) return { value: from, pointer }
  const target = text(from['$ref'], at(pointer, '$ref'))
  if (!target.startsWith('#/')) throw new SpecError(pointer, `"${target}" is not in this document`)
  let found: unknown = spec
  for (const name of keysOf(target)) {
    found = isNode(found) && Object.hasOwn(found, name) ? found[name] : undefined
  }
  if (found === undefined) throw new SpecError(pointer, `"${target}" does not exist`)
  return { value: node(found, target), pointer: target }
}

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace']

/** Tells whether a key of a path item is an operation. */
export const isMethod = (key: string): boolean => methods.includes(key)

/** One operation of the spec. */
export interface Operation {
  readonly operationId: string
  readonly method: string
  readonly path: string
  /** What each status answers with: the schemas of all its content types. */
  readonly answers: readonly Answer[]
}

/** One schema that a status can answer with. */
export interface Answer {
  readonly status: string
  readonly schema: unknown
  readonly pointer: string
  /** Its examples by name, not resolved yet. */
  readonly examples: Node
}

function* answersOf(spec: Node, responses: Node, pointer: string): Generator<Answer> {
  for (const [status, reference] of Object.entries(responses)) {
    const response = resolve(spec, reference, at(pointer, status))
    const contentPointer = at(response.pointer, 'content')
    const content = node(response.value['content'] ?? {}, contentPointer)
    for (const [type, media] of Object.entries(content)) {
      const mediaPointer = at(contentPointer, type)
      const { schema, examples = {} } = node(media, mediaPointer)
      yield {
        status,
        schema,
        pointer: at(mediaPointer, 'schema'),
        examples: node(examples, at(mediaPointer, 'examples')),
      }
    }
  }
}

/** Lists the operations in order of their ids. */
export function listOperations(spec: Node): readonly Operation[] {
  const operations: Operation[] = []
  for (const [path, item] of Object.entries(node(spec['paths'], '#/paths'))) {
    const itemPointer = at('#/paths', path)
    for (const [method, value] of Object.entries(node(item, itemPointer))) {
      if (!isMethod(method)) continue
      const pointer = at(itemPointer, method)
      const operation = node(value, pointer)
      operations.push({
        operationId: text(operation['operationId'], at(pointer, 'operationId')),
        method,
        path,
        answers: [
          ...answersOf(
            spec,
            node(operation['responses'], at(pointer, 'responses')),
            at(pointer, 'responses'),
          ),
        ],
      })
    }
  }
  return operations.sort((a, b) => (a.operationId < b.operationId ? -1 : 1))
}
