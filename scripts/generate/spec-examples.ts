// Every named example of an answer in the spec, so that tests can ask Prism for each and none is forgotten.
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'

interface Reference {
  readonly $ref?: string
}

interface ExampleDocument extends Reference {
  readonly value?: unknown
}

interface ResponseDocument extends Reference {
  readonly content?: Record<string, { readonly examples?: Record<string, ExampleDocument> }>
}

/** One named example of an answer. */
export interface SpecExample {
  readonly operation: string
  /** `200`, or `default`. */
  readonly status: string
  readonly name: string
  readonly value: unknown
}

function readSpec(): Record<string, unknown> {
  return parse(readFileSync(new URL('../../spec/auth.openapi.yaml', import.meta.url), 'utf8')) as Record<
    string,
    unknown
  >
}

/** Lists the examples of all answers of all operations. */
export function specExamples(): SpecExample[] {
  const spec = readSpec()
  const resolve = <Node extends Reference>(node: Node): Node => {
    if (node.$ref === undefined) return node
    const keys = node.$ref.split('/').slice(1)
    return keys.reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], spec) as Node
  }
  const paths = spec['paths'] as Record<
    string,
    Record<string, { operationId: string; responses: Record<string, ResponseDocument> }>
  >
  const found: SpecExample[] = []
  for (const { operationId: operation, responses } of Object.values(paths).flatMap((item) =>
    Object.values(item),
  )) {
    for (const [status, response] of Object.entries(responses)) {
      for (const { examples = {} } of Object.values(resolve(response).content ?? {})) {
        for (const [name, example] of Object.entries(examples)) {
          found.push({ operation, status, name, value: resolve(example).value })
        }
      }
    }
  }
  return found
}
