// Reads the YAML of a spec, and refuses what could not be understood, by line and column.
import { readFileSync } from 'node:fs'
import { isNode as isYamlNode, LineCounter, parseDocument, visit } from 'yaml'
import { mapObjects } from './openapi-objects.ts'
import { at, isNode, keysOf, type Node, resolve, SpecError } from './spec-node.ts'

/** A text that is no YAML: what is wrong, and where, both counted from 1. */
export class YamlError extends Error {
  override readonly name = 'YamlError'
  readonly line: number
  readonly column: number

  constructor(problem: string, { line, col }: { readonly line: number; readonly col: number }) {
    super(problem)
    this.line = line
    this.column = col
  }
}

// `<<` merges, as the other tools that read the spec have it.
const dialect = { merge: true, prettyErrors: false } as const

function parseYaml(yaml: string): unknown {
  const lineCounter = new LineCounter()
  const document = parseDocument(yaml, { ...dialect, lineCounter })
  const refuse = (problem: string, offset: number): never => {
    throw new YamlError(problem, lineCounter.linePos(offset))
  }
  // A warning is about a tag that was not understood.
  for (const { code, message, pos } of [...document.errors, ...document.warnings])
    refuse(code === 'MULTIPLE_DOCS' ? 'a second document begins' : message, pos[0])
  visit(document, {
    Alias: (_, alias) => {
      if (!alias.resolve(document))
        refuse(`the alias *${alias.source} has no anchor before it`, alias.range?.[0] ?? 0)
    },
  })
  return document.toJS()
}

/**
 * Reads a spec from YAML, of which JSON is a part.
 *
 * @throws {YamlError} when the text is no YAML
 * @throws {SpecError} when it is no OpenAPI document of version 3, or a `$ref` leads nowhere or back to itself
 */
export function parseSpec(yaml: string): Node {
  const spec = parseYaml(yaml)
  if (!isNode(spec)) throw new SpecError('#', 'this is no OpenAPI document of version 3')
  const { openapi } = spec
  if (typeof openapi !== 'string' || !openapi.startsWith('3.')) {
    const found = openapi === undefined ? 'is missing' : `is ${JSON.stringify(openapi)}`
    throw new SpecError('#', `this is no OpenAPI document of version 3: \`openapi\` ${found}`)
  }
  assertEnds(spec, '#', [])
  mapObjects(spec, (object, _, pointer) => {
    if (typeof object !== 'boolean') assertLeadsSomewhere(spec, object, pointer)
    return object
  })
  return spec
}

/** Reads the spec of a file. */
export function readSpec(file: string): Node {
  return parseSpec(readFileSync(file, 'utf8'))
}

/** Refuses what would be read for ever: an alias of YAML within itself. */
function assertEnds(value: unknown, pointer: string, parents: readonly unknown[]): void {
  if (typeof value !== 'object' || value === null) return
  if (parents.includes(value)) throw new SpecError(pointer, 'the alias stands within what it is an alias of')
  for (const [key, part] of Object.entries(value)) assertEnds(part, at(pointer, key), [...parents, value])
}

/** Refuses a `$ref` that leads nowhere, to another document, or back to itself. */
function assertLeadsSomewhere(spec: Node, object: Node, pointer: string): void {
  const seen = new Set<string>()
  for (let target = { value: object, pointer }; '$ref' in target.value;) {
    if (seen.has(target.pointer)) throw new SpecError(pointer, 'the $ref leads back to itself')
    seen.add(target.pointer)
    target = resolve(spec, target.value, target.pointer)
  }
}

/** Finds line and column, both from 1, of a JSON pointer in YAML: of the nearest parent where the place is missing. */
export function locate(yaml: string, pointer: string): { readonly line: number; readonly column: number } {
  const lineCounter = new LineCounter()
  const document = parseDocument(yaml, { ...dialect, lineCounter })
  for (let keys = keysOf(pointer); ; keys = keys.slice(0, -1)) {
    const found: unknown = keys.length === 0 ? document.contents : document.getIn(keys, true)
    if (isYamlNode(found) && found.range) {
      const { line, col } = lineCounter.linePos(found.range[0])
      return { line, column: col }
    }
    if (keys.length === 0) return { line: 1, column: 1 }
  }
}

/** Says what is wrong with a spec, with line and column of its YAML where the place is known. */
export function describeSpecError(name: string, yaml: string, error: unknown): string {
  const place =
    error instanceof YamlError ? error : error instanceof SpecError ? locate(yaml, error.pointer) : undefined
  const message = error instanceof Error ? error.message : String(error)
  return place ? `${name}:${place.line}:${place.column}: ${message}` : `${name}: ${message}`
}
