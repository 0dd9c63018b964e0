/** A field of a line of JSON, or why it holds no token. */
export type FoundField =
  | { readonly text: string; readonly flaw?: never }
  | { readonly text?: never; readonly flaw: string }

/**
 * Reads one field of an object of JSON.
 *
 * @param line its bytes, read as Latin-1
 */
export function findField(line: string, name: string): FoundField {
  // What is no UTF-8 becomes no ASCII, so that no token comes of it.
  const json = Buffer.from(line, 'latin1').toString()
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch {
    return { flaw: 'no JSON' }
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { flaw: 'no JSON object' }
  if (!Object.hasOwn(value, name)) return { flaw: 'no such field' }
  if (countField(json, name) > 1) return { flaw: 'the field twice' }
  const field = (value as Readonly<Record<string, unknown>>)[name]
  return typeof field === 'string' ? { text: field } : { flaw: 'no text in the field' }
}

/** Counts how often a valid object of JSON names a field of its own: of several, `JSON.parse` keeps the last and forgets the others. */
function countField(json: string, name: string): number {
  let depth = 0
  let count = 0
  for (const [token, text, colon] of json.matchAll(/("(?:[^"\\]|\\.)*")\s*(:?)|[{}[\]]/g)) {
    if (token === '{' || token === '[') depth += 1
    else if (token === '}' || token === ']') depth -= 1
    else if (depth === 1 && colon === ':' && JSON.parse(text ?? '') === name) count += 1
  }
  return count
}
