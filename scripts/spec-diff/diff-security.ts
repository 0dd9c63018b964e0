// Compares what two operations ask of the caller before they answer.
import { isDeepStrictEqual } from 'node:util'
import { isExtension } from '../generate/openapi-objects.ts'
import { at, list, node, type Node } from '../generate/spec-node.ts'
import { docs, follow, type OperationComparison, type Place } from './change.ts'

/** One scheme that a caller must meet, by what it asks for and not by its name, which callers never see. */
interface Demand {
  readonly name: string
  readonly scheme: Node
  readonly scopes: readonly unknown[]
}

/** The demands that must all be met. A caller has to meet one list of the alternatives. */
type Alternative = readonly Demand[]

function alternativesOf({ spec, value, pointer }: Place): readonly Alternative[] {
  const { security: own } = value
  const [found, place] = own === undefined ? [spec['security'], '#/security'] : [own, at(pointer, 'security')]
  const alternatives = list(found ?? [], place).map((one, index) =>
    Object.entries(node(one, at(place, index))).map(([name, scopes]) => ({
      name,
      scheme: schemeOf(spec, name),
      scopes: list(scopes, at(at(place, index), name)),
    })),
  )
  return alternatives.length === 0 ? [[]] : alternatives
}

/** What a scheme asks for. Of a scheme that is not there only the name is known. */
function schemeOf(spec: Node, name: string): Node {
  const pointer = '#/components/securitySchemes'
  const schemes = node(node(spec['components'] ?? {}, '#/components')['securitySchemes'] ?? {}, pointer)
  if (!Object.hasOwn(schemes, name)) return { name }
  const { value } = follow(spec, schemes[name], at(pointer, name))
  return Object.fromEntries(Object.entries(value).filter(([key]) => !docs.has(key) && !isExtension(key)))
}

const asksNoMore = (one: Alternative, than: Alternative): boolean =>
  one.every(({ scheme, scopes }) =>
    than.some(
      (other) =>
        isDeepStrictEqual(scheme, other.scheme) && scopes.every((scope) => other.scopes.includes(scope)),
    ),
  )

/** Says an alternative in short, such as "http bearer (bearerAuth)". */
function describe(alternative: Alternative): string {
  if (alternative.length === 0) return 'nothing'
  return alternative
    .map(({ name, scheme, scopes }) => {
      const words = [scheme['type'], scheme['scheme'] ?? scheme['in'], `(${name})`, ...scopes]
      return words
        .filter((word) => word !== undefined)
        .map(String)
        .join(' ')
    })
    .join(' and ')
}

/** Compares what two operations ask for: a caller who could call before must be able to call now. */
export function diffSecurity({ before, after, report }: OperationComparison): void {
  const [old, now] = [alternativesOf(before), alternativesOf(after)]
  const isKept = (from: readonly Alternative[], to: readonly Alternative[]): boolean =>
    from.every((one) => to.some((other) => asksNoMore(other, one)))
  if (isKept(old, now) && isKept(now, old)) return
  report({
    where: at(after.pointer, 'security'),
    subject: 'the security',
    before: old.map(describe).join(', or '),
    after: now.map(describe).join(', or '),
    direction: 'request',
    consequence: isKept(old, now) ? 'additive' : 'breaking',
  })
}
