// Compares one operation of two specs: what callers send, and what they receive.
import { at, list, node, type Node } from '../generate/read-spec.ts'
import {
  beforeAndAfter,
  child,
  diffOtherKeys,
  follow,
  show,
  type OperationComparison,
  type Place,
  type Report,
} from './change.ts'
import { diffContent, nothing } from './diff-content.ts'
import { diffResponses } from './diff-responses.ts'
import { diffSchema } from './diff-schema.ts'

const state = (must: boolean): string => (must ? 'required' : 'optional')
/** Compares two operations. */
export function diffOperation(comparison: OperationComparison): void {
  const { before, after, report } = comparison
  const id = 'operationId'
  if (before.value[id] !== after.value[id])
    report({
      where: at(after.pointer, id),
      subject: 'the operationId',
      ...beforeAndAfter(before.value[id], after.value[id], String),
      direction: 'both',
      consequence: 'breaking',
    })
  diffParameters(comparison)
  diffRequestBody(comparison)
  diffResponses(comparison)
  diffSecurity(comparison)
  const known = new Set([id, 'parameters', 'requestBody', 'responses', 'security'])
  diffOtherKeys(before, after, 'both', known, report)
}

function parametersOf(item: Place, operation: Place): ReadonlyMap<string, Place> {
  const found = new Map<string, Place>()
  for (const { spec, value, pointer } of [item, operation]) {
    const place = at(pointer, 'parameters')
    for (const [index, source] of list(value['parameters'] ?? [], place).entries()) {
      const parameter = follow(spec, source, at(place, index))
      found.set(
        `${String(parameter.value['in'])} parameter \`${String(parameter.value['name'])}\``,
        parameter,
      )
    }
  }
  return found
}

function diffParameters({ before, after, items, report, seen }: OperationComparison): void {
  const [old, now] = [parametersOf(items[0], before), parametersOf(items[1], after)]
  for (const name of new Set([...old.keys(), ...now.keys()])) {
    const subject = `the ${name}`
    const [was, is] = [old.get(name), now.get(name)]
    if (was && is) {
      diffRequired(was, is, subject, report)
      diffSchema({
        before: child(was, 'schema') ?? nothing(was, 'schema'),
        after: child(is, 'schema') ?? nothing(is, 'schema'),
        direction: 'request',
        report,
        seen,
      })
      diffOtherKeys(was, is, 'request', new Set(['in', 'name', 'required', 'schema']), report)
    } else if (was) {
      report({
        where: was.pointer,
        subject,
        before: state(was.value['required'] === true),
        direction: 'request',
        consequence: 'breaking',
      })
    } else if (is) {
      const must = is.value['required'] === true
      report({
        where: is.pointer,
        subject,
        after: state(must),
        direction: 'request',
        consequence: must ? 'breaking' : 'additive',
      })
    }
  }
}

/** What a caller must send is breaking when it is new, and additive when it is no longer asked for. */
function diffRequired(before: Place, after: Place, subject: string, report: Report): void {
  const [was, is] = [before.value['required'] === true, after.value['required'] === true]
  if (was === is) return
  const where = at(after.pointer, 'required')
  report({
    where,
    subject,
    before: state(was),
    after: state(is),
    direction: 'request',
    consequence: is ? 'breaking' : 'additive',
  })
}

function diffRequestBody({ before, after, report, seen }: OperationComparison): void {
  const key = 'requestBody'
  const [old, now] = [child(before, key), child(after, key)]
  const subject = 'the request body'
  if (old && now) {
    diffRequired(old, now, subject, report)
    diffContent(old, now, 'request', report, seen)
    diffOtherKeys(old, now, 'request', new Set(['content', 'required']), report)
  } else if (old) {
    const sides = { before: state(old.value['required'] === true) }
    report({ where: old.pointer, subject, ...sides, direction: 'request', consequence: 'breaking' })
  } else if (now) {
    const must = now.value['required'] === true
    report({
      where: now.pointer,
      subject,
      after: state(must),
      direction: 'request',
      consequence: must ? 'breaking' : 'additive',
    })
  }
}

function diffSecurity({ before, after, report }: OperationComparison): void {
  const alternatives = ({ spec, value, pointer }: Place): readonly Node[] => {
    const pointerOfSecurity = at(pointer, 'security')
    const found = list(value['security'] ?? spec['security'] ?? [], pointerOfSecurity)
    return found.length === 0 ? [{}] : found.map((one) => node(one, pointerOfSecurity))
  }
  const [old, now] = [alternatives(before), alternatives(after)]
  const asksNoMore = (one: Node, than: Node): boolean =>
    Object.entries(one).every(
      ([scheme, scopes]) =>
        Object.hasOwn(than, scheme) &&
        list(scopes, scheme).every((scope) => list(than[scheme], scheme).includes(scope)),
    )
  const isKept = (from: readonly Node[], to: readonly Node[]): boolean =>
    from.every((one) => to.some((other) => asksNoMore(other, one)))
  if (isKept(old, now) && isKept(now, old)) return
  const consequence = isKept(old, now) ? 'additive' : 'breaking'
  report({
    where: at(after.pointer, 'security'),
    subject: 'the security',
    before: show(old),
    after: show(now),
    direction: 'request',
    consequence,
  })
}
