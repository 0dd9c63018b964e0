// From the paths of the spec to a table of method and path, as `fetch` takes them.
import type { Operation } from './list-operations.ts'
import { quote } from './quote.ts'

/** Writes operations.ts. */
export function renderOperations(operations: readonly Operation[]): string {
  const rows = operations.map(
    ({ operationId, method, path }) =>
      `  ${operationId}: { method: '${method.toUpperCase()}', path: ${quote(path)} },\n`,
  )
  return `/** Method and path of every operation, by its id. */
export const operations = {
${rows.join('')}} as const
`
}
