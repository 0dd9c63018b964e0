// Lists the operations of a spec, and what each of them answers with.
import { isExtension, methods } from './openapi-objects.ts'
import { at, node, type Node, resolve, SpecError, text } from './spec-node.ts'

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
    if (isExtension(status)) continue
    const response = resolve(spec, reference, at(pointer, status))
    const contentPointer = at(response.pointer, 'content')
    const content = node(response.value['content'] ?? {}, contentPointer)
    for (const [type, media] of Object.entries(content)) {
      const mediaPointer = at(contentPointer, type)
      const { schema = {}, examples = {} } = node(media, mediaPointer)
      yield {
        status,
        schema,
        pointer: at(mediaPointer, 'schema'),
        examples: node(examples, at(mediaPointer, 'examples')),
      }
    }
  }
}

/** Refuses an object with servers of its own: the clients send every request to the server of the document. */
function assertNoServers(object: Node, pointer: string): void {
  if ('servers' in object)
    throw new SpecError(
      at(pointer, 'servers'),
      'the clients send every operation to the server of the document',
    )
}

/** Refuses a key that holds, for all we know, another operation. */
function assertKnownKey(key: string, pointer: string): void {
  if (!['$ref', 'description', 'parameters', 'summary'].includes(key) && !isExtension(key))
    throw new SpecError(at(pointer, key), `"${key}" is no method that is understood`)
}

/** Lists the operations in order of their ids. */
export function listOperations(spec: Node): readonly Operation[] {
  const operations: Operation[] = []
  for (const [path, source] of Object.entries(node(spec['paths'], '#/paths'))) {
    if (isExtension(path)) continue
    const item = resolve(spec, source, at('#/paths', path))
    assertNoServers(item.value, item.pointer)
    for (const [method, value] of Object.entries(item.value)) {
      if (isMethod(method))
        operations.push(readOperation(spec, { path, method, value, pointer: at(item.pointer, method) }))
      else assertKnownKey(method, item.pointer)
    }
  }
  const ids = operations.map(({ operationId }) => operationId)
  for (const [index, { operationId, method, path }] of operations.entries())
    if (ids.indexOf(operationId) < index)
      throw new SpecError(
        at(at(at('#/paths', path), method), 'operationId'),
        `"${operationId}" is the id of another operation, too`,
      )
  return operations.sort((a, b) => (a.operationId < b.operationId ? -1 : 1))
}

interface OperationPlace {
  readonly path: string
  readonly method: string
  readonly value: unknown
  readonly pointer: string
}

function readOperation(spec: Node, { path, method, value, pointer }: OperationPlace): Operation {
  const operation = node(value, pointer)
  assertNoServers(operation, pointer)
  const idPointer = at(pointer, 'operationId')
  const operationId = text(operation['operationId'], idPointer)
  if (!/^[A-Za-z]\w*$/.test(operationId))
    throw new SpecError(idPointer, `"${operationId}" is no name that code can have, such as revokeToken`)
  const responsesPointer = at(pointer, 'responses')
  const responses = node(operation['responses'], responsesPointer)
  return { operationId, method, path, answers: [...answersOf(spec, responses, responsesPointer)] }
}
