// A default that is written out says nothing new, and some things can be said in two ways. Specs are compared without the difference.
import { isDeepStrictEqual } from 'node:util'
import { mapObjects, type ObjectKind } from '../generate/openapi-objects.ts'
import type { Node } from '../generate/spec-node.ts'

/** For each key the values that say as much as its absence. */
type Defaults = Readonly<Record<string, readonly unknown[]>>

const anything = {}
const nothing = { not: anything }

/** The defaults of the specification that depend on nothing else. Those that change the generated types are left out. */
const defaults: Readonly<Partial<Record<ObjectKind, Defaults>>> = {
  document: {
    jsonSchemaDialect: ['https://spec.openapis.org/oas/3.1/dialect/base'],
    security: [[]],
    servers: [[], [{ url: '/' }]],
    tags: [[]],
    webhooks: [{}],
  },
  pathItem: { parameters: [[]] },
  operation: { callbacks: [{}], deprecated: [false], parameters: [[]], tags: [[]] },
  requestBody: { required: [false] },
  response: { content: [{}], headers: [{}], links: [{}] },
  mediaType: { encoding: [{}], examples: [{}] },
  link: { parameters: [{}] },
  server: { variables: [{}] },
  schema: {
    $defs: [{}],
    deprecated: [false],
    dependentRequired: [{}],
    dependentSchemas: [{}],
    exclusiveMaximum: [false],
    exclusiveMinimum: [false],
    items: [anything],
    minContains: [1],
    minItems: [0],
    minLength: [0],
    minProperties: [0],
    not: [nothing],
    nullable: [false],
    properties: [{}],
    propertyNames: [anything],
    readOnly: [false],
    required: [[]],
    unevaluatedItems: [anything],
    unevaluatedProperties: [anything],
    uniqueItems: [false],
    writeOnly: [false],
    'x-inactive-token': [false],
  },
}

/** How a parameter or a header is written depends on where it is, and `explode` on how it is written. */
function parameterDefaults({ in: place, style }: Node): Defaults {
  const usual = place === 'query' || place === 'cookie' ? 'form' : 'simple'
  return {
    allowEmptyValue: [false],
    allowReserved: [false],
    deprecated: [false],
    examples: [{}],
    explode: [(style ?? usual) === 'form'],
    required: [false],
    style: [usual],
  }
}

function defaultsOf(object: Node, kind: ObjectKind): Defaults {
  return kind === 'parameter' || kind === 'header' ? parameterDefaults(object) : (defaults[kind] ?? {})
}

/** OpenAPI 3.0 says in keywords of its own what JSON Schema says in others. */
function withoutOldKeywords(schema: Node): Node {
  const { nullable, type, ...rest } = schema
  let modern: Node =
    nullable === true && type !== undefined ? { ...rest, type: [type, 'null'].flat() } : schema
  for (const [exclusive, inclusive] of [
    ['exclusiveMinimum', 'minimum'],
    ['exclusiveMaximum', 'maximum'],
  ] as const) {
    const { [exclusive]: isExclusive, [inclusive]: bound, ...others } = modern
    if (isExclusive === true && bound !== undefined) modern = { ...others, [exclusive]: bound }
  }
  return modern
}

function simplifySchema(schema: Node | boolean): Node {
  if (typeof schema === 'boolean') return schema ? anything : nothing
  const { additionalProperties } = schema
  // Whether it is there makes a difference to the generated types, so that only its two forms are made one.
  const flag = isDeepStrictEqual(additionalProperties, anything)
    ? true
    : isDeepStrictEqual(additionalProperties, nothing)
      ? false
      : additionalProperties
  return withoutOldKeywords({
    ...schema,
    ...('additionalProperties' in schema && { additionalProperties: flag }),
  })
}

/** The schemes of HTTP have no capitals of their own: https://www.rfc-editor.org/rfc/rfc9110#section-11.1 */
function simplifyScheme(object: Node, kind: ObjectKind): Node {
  const { scheme } = object
  return kind === 'securityScheme' && typeof scheme === 'string'
    ? { ...object, scheme: scheme.toLowerCase() }
    : object
}

/** Makes a spec that says the same, and says it the shortest way. */
export function withoutDefaults(spec: Node): Node {
  return mapObjects(spec, (source, kind) => {
    const object =
      kind === 'schema' || typeof source === 'boolean' ? simplifySchema(source) : simplifyScheme(source, kind)
    const says = defaultsOf(object, kind)
    const isSaid = ([key, value]: readonly [string, unknown]): boolean =>
      !(Object.hasOwn(says, key) && says[key]?.some((one) => isDeepStrictEqual(one, value)))
    return Object.fromEntries(Object.entries(object).filter(isSaid))
  })
}
