// Which objects an OpenAPI document consists of, and which key of each holds others. What stands elsewhere, such as an example or an
// extension, is a value of any shape.
import { at, isNode, list, node, type Node } from './spec-node.ts'

/** What the specification calls an object: https://spec.openapis.org/oas/v3.1.1.html#schema-1 */
export type ObjectKind =
  | 'callback'
  | 'components'
  | 'document'
  | 'encoding'
  | 'example'
  | 'header'
  | 'link'
  | 'mediaType'
  | 'operation'
  | 'parameter'
  | 'pathItem'
  | 'paths'
  | 'requestBody'
  | 'response'
  | 'responses'
  | 'schema'
  | 'securityScheme'
  | 'server'
  | 'serverVariable'

/** One object, a list of them, or a mapping of names to them. */
type Part = ObjectKind | `${ObjectKind}[]` | `${ObjectKind}{}`

/** The keys of a path item that hold an operation. */
export const methods: readonly string[] = [
  'get',
  'put',
  'post',
  'delete',
  'options',
  'head',
  'patch',
  'trace',
]

/** Several keys that hold the same. */
const held = (part: Part, ...keys: readonly string[]): Readonly<Record<string, Part>> =>
  Object.fromEntries(keys.map((key) => [key, part]))

const parameter: Readonly<Record<string, Part>> = {
  content: 'mediaType{}',
  examples: 'example{}',
  schema: 'schema',
}

/** The parts of each kind. `*` stands for every key but extensions. */
const parts: Readonly<Partial<Record<ObjectKind, Readonly<Record<string, Part>>>>> = {
  document: {
    components: 'components',
    paths: 'paths',
    servers: 'server[]',
    webhooks: 'pathItem{}',
  },
  components: {
    callbacks: 'callback{}',
    examples: 'example{}',
    headers: 'header{}',
    links: 'link{}',
    parameters: 'parameter{}',
    pathItems: 'pathItem{}',
    requestBodies: 'requestBody{}',
    responses: 'response{}',
    schemas: 'schema{}',
    securitySchemes: 'securityScheme{}',
  },
  paths: { '*': 'pathItem' },
  callback: { '*': 'pathItem' },
  pathItem: {
    ...held('operation', ...methods),
    parameters: 'parameter[]',
    servers: 'server[]',
  },
  operation: {
    callbacks: 'callback{}',
    parameters: 'parameter[]',
    requestBody: 'requestBody',
    responses: 'responses',
    servers: 'server[]',
  },
  parameter,
  header: parameter,
  requestBody: { content: 'mediaType{}' },
  responses: { '*': 'response' },
  response: { content: 'mediaType{}', headers: 'header{}', links: 'link{}' },
  mediaType: { encoding: 'encoding{}', examples: 'example{}', schema: 'schema' },
  encoding: { headers: 'header{}' },
  server: { variables: 'serverVariable{}' },
  schema: {
    ...held(
      'schema',
      'additionalProperties',
      'contains',
      'else',
      'if',
      'items',
      'not',
      'propertyNames',
      'then',
    ),
    ...held('schema', 'unevaluatedItems', 'unevaluatedProperties'),
    ...held('schema[]', 'allOf', 'anyOf', 'oneOf', 'prefixItems'),
    ...held('schema{}', '$defs', 'dependentSchemas', 'patternProperties', 'properties'),
  },
}

/** Tells whether a key is an extension, where no name of the vendor's choice can stand. */
export const isExtension = (key: string): boolean => key.startsWith('x-')

/** What is made of one object, whose parts were made before it. A schema may also be `true` or `false`. */
export type Visit = (object: Node | boolean, kind: ObjectKind, pointer: string) => unknown

/**
 * Makes another document of a document, object by object, the innermost first.
 *
 * @throws {SpecError} where an object is no mapping, or what holds several of them is no list or no mapping
 */
export function mapObjects(spec: Node, visit: Visit): Node {
  const visitObject = (value: unknown, kind: ObjectKind, pointer: string): unknown => {
    if (kind === 'schema' && typeof value === 'boolean') return visit(value, kind, pointer)
    const own = parts[kind] ?? {}
    const present = Object.entries(node(value, pointer)).filter(([, one]) => one !== undefined)
    const entries = present.map(([key, one]) => {
      const part = Object.hasOwn(own, key) ? own[key] : isExtension(key) ? undefined : own['*']
      return [key, part === undefined ? one : visitPart(one, part, at(pointer, key))] as const
    })
    return visit(Object.fromEntries(entries), kind, pointer)
  }
  const visitPart = (value: unknown, part: Part, pointer: string): unknown => {
    const kind = part.replace(/\W+$/, '') as ObjectKind
    if (part.endsWith('[]'))
      return list(value, pointer).map((one, index) => visitObject(one, kind, at(pointer, index)))
    if (!part.endsWith('{}')) return visitObject(value, kind, pointer)
    const named = Object.entries(node(value, pointer))
    return Object.fromEntries(named.map(([name, one]) => [name, visitObject(one, kind, at(pointer, name))]))
  }
  const made = visitObject(spec, 'document', '#')
  return isNode(made) ? made : spec
}
