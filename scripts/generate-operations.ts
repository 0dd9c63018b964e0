// From the paths of the spec to a table of method and path, in the form that openapi-fetch's `request` takes.
import type { Operation } from './generate-spec.ts'

/** Writes operations.ts. */
export function renderOperations(operations: readonly Operation[]): string {
  const rows = operations.map(
    ({ operationId, method, path }) => `  ${operationId}: { method: '${method}', path: '${path}' },\n`,
  )
  return `/** Method and path of every operation, by its id. */
export const operations = {
${rows.join('')}} as const
`
}
