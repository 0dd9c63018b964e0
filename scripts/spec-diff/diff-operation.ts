// Compares one operation of two specs: what callers send, and what they receive.
import { at, list, node, type Node } from '../generate/read-spec.ts'
import {
  beforeAndAfter,
  child,
  diffOtherKeys,
  follow,
  keysOfBoth,
  show,
  type Consequence,
  type Direction,
  type Place,
  type Report,
} from './change.ts'
import { diffSchema } from './diff-schema.ts'

/** One comparison of operations. */
export interface OperationComparison {
  readonly before: Place
  readonly after: Place
  /** The path items that hold them. */
  readonly items: readonly [before: Place, after: Place]
  readonly report: Report
  readonly seen: Set<string>
}

const state = (must: boolean): string => (must ? 'required' : 'optional')
const nothing = (place: Place, key: string): Place => ({
  spec: place.spec,
  value: {},
  pointer: at(place.pointer, key),
})

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

function diffContent(
  before: Place,
  after: Place,
  direction: Direction,
  report: Report,
  seen: Set<string>,
): void {
  const [old, now] = [
    child(before, 'content') ?? nothing(before, 'content'),
    child(after, 'content') ?? nothing(after, 'content'),
  ]
  for (const type of keysOfBoth(old.value, now.value)) {
    const subject = `the media type \`${type}\``
    const [was, is] = [child(old, type), child(now, type)]
    if (was && is) {
      diffSchema({
        before: child(was, 'schema') ?? nothing(was, 'schema'),
        after: child(is, 'schema') ?? nothing(is, 'schema'),
        direction,
        report,
        seen,
      })
      diffOtherKeys(was, is, direction, new Set(['schema']), report)
    } else if (was) report({ where: was.pointer, subject, before: '', direction, consequence: 'breaking' })
    else if (is)
      report({
        where: is.pointer,
        subject,
        after: '',
        direction,
        consequence: direction === 'request' ? 'additive' : 'breaking',
      })
  }
}

function diffResponses({ before, after, report, seen }: OperationComparison): void {
  const [old, now] = [
    child(before, 'responses') ?? nothing(before, 'responses'),
    child(after, 'responses') ?? nothing(after, 'responses'),
  ]
  for (const status of keysOfBoth(old.value, now.value)) {
    const [was, is] = [child(old, status), child(now, status)]
    if (was && is) diffResponse(was, is, report, seen)
    else if (was)
      report({
        where: was.pointer,
        subject: `the status ${status}`,
        before: '',
        direction: 'response',
        consequence: 'breaking',
      })
    else if (is) {
      const consequence = consequenceOfStatus(status, child(old, 'default'), is)
      report({
        where: at(now.pointer, status),
        subject: `the status ${status}`,
        after: '',
        direction: 'response',
        consequence,
      })
    }
  }
}

/** A new error status is additive where `default` described it already, and what it answers with is no news. */
function consequenceOfStatus(status: string, before: Place | undefined, after: Place): Consequence {
  if (before === undefined || !/^[45]/.test(status)) return 'breaking'
  let worst: Consequence = 'additive'
  diffResponse(
    before,
    after,
    ({ consequence }) => {
      if (consequence === 'breaking') worst = 'breaking'
    },
    new Set(),
  )
  return worst
}

function diffResponse(before: Place, after: Place, report: Report, seen: Set<string>): void {
  const direction = 'response'
  diffContent(before, after, direction, report, seen)
  const [old, now] = [
    child(before, 'headers') ?? nothing(before, 'headers'),
    child(after, 'headers') ?? nothing(after, 'headers'),
  ]
  for (const name of keysOfBoth(old.value, now.value)) {
    const subject = `the header \`${name}\``
    const [was, is] = [child(old, name), child(now, name)]
    if (was && is) {
      const [oldState, newState] = [was, is].map(({ value }) => state(value['required'] === true))
      if (oldState !== newState)
        report({
          where: at(is.pointer, 'required'),
          subject,
          before: oldState,
          after: newState,
          direction,
          consequence: newState === 'required' ? 'additive' : 'breaking',
        })
      diffSchema({
        before: child(was, 'schema') ?? nothing(was, 'schema'),
        after: child(is, 'schema') ?? nothing(is, 'schema'),
        direction,
        report,
        seen,
      })
      diffOtherKeys(was, is, direction, new Set(['required', 'schema']), report)
    } else if (was) report({ where: was.pointer, subject, before: '', direction, consequence: 'breaking' })
    else if (is)
      report({ where: at(now.pointer, name), subject, after: '', direction, consequence: 'additive' })
  }
  diffOtherKeys(before, after, direction, new Set(['content', 'headers']), report)
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
