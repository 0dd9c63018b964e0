// Lists every named example of an answer, so that a test can ask Prism for each.
import { fileURLToPath } from 'node:url'
import { listOperations } from './list-operations.ts'
import { readSpec } from './read-spec.ts'
import { at, resolve } from './spec-node.ts'

/** One named example of an answer. */
export interface SpecExample {
  readonly operation: string
  /** `200`, or `default`. */
  readonly status: string
  readonly name: string
  readonly value: unknown
}

const specFile = fileURLToPath(new URL('../../spec/auth.openapi.yaml', import.meta.url))

/** Lists the examples of all answers of all operations. */
export function specExamples(): readonly SpecExample[] {
  const spec = readSpec(specFile)
  return listOperations(spec).flatMap(({ operationId: operation, answers }) =>
    answers.flatMap(({ status, pointer, examples }) =>
      Object.entries(examples).map(([name, example]) => {
        const { value } = resolve(spec, example, at(pointer, name)).value
        return { operation, status, name, value }
      }),
    ),
  )
}
