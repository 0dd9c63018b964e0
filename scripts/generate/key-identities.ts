// From `x-key-identities` of the spec's TokenInfo to the list by which API keys are told from users.
import { quote } from './quote.ts'
import { at, list, node, type Node, resolve, text } from './spec-node.ts'

const pointer = '#/components/schemas/TokenInfo'

/** Writes key-identities.ts. */
export function renderKeyIdentities(spec: Node): string {
  const { value } = resolve(spec, { $ref: pointer }, pointer)
  const extension = at(pointer, 'x-key-identities')
  const identities = node(value['x-key-identities'], extension)
  const rows = ['sub', 'scope'].map((claim) => {
    const values = list(identities[claim], at(extension, claim))
    const texts = values.map((each, index) => quote(text(each, at(at(extension, claim), index))))
    return `  ${claim}: [${texts.join(', ')}],\n`
  })
  return `/** Subjects and scopes of the vendor's API keys and publishable keys, which are tokens of no user. In lower case. */
export const keyIdentities = {
${rows.join('')}} as const
`
}
