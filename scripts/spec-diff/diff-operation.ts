// Compares one operation of two specs: what callers send, and what they receive.
import { at, list, text } from '../generate/spec-node.ts'
import {
  beforeAndAfter,
  child,
  diffOtherKeys,
  follow,
  markCompared,
  type OperationComparison,
  type Place,
  type Report,
} from './change.ts'
import { diffContent, diffSchemaOf } from './diff-content.ts'
import { diffResponses } from './diff-responses.ts'
import { diffSecurity } from './diff-security.ts'
import { diffOwnServers } from './diff-servers.ts'

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
  diffOwnServers(comparison)
  const known = new Set([id, 'parameters', 'requestBody', 'responses', 'security', 'servers'])
  diffOtherKeys(before, after, 'both', known, report)
}

/** A parameter, and where the operation or its path names it: the parameter itself may be shared. */
interface NamedParameter extends Place {
  readonly where: string
}

function nameOf({ value, pointer }: Place): string {
  const word = (key: string): string => text(value[key], at(pointer, key))
  return `${word('in')} parameter \`${word('name')}\``
}

function parametersOf(item: Place, operation: Place): ReadonlyMap<string, NamedParameter> {
  const found = new Map<string, NamedParameter>()
  for (const { spec, value, pointer } of [item, operation]) {
    const place = at(pointer, 'parameters')
    for (const [index, source] of list(value['parameters'] ?? [], place).entries()) {
      const where = at(place, index)
      const parameter = follow(spec, source, where)
      found.set(nameOf(parameter), { ...parameter, where })
    }
  }
  return found
}

function diffParameters({ before, after, items, report, seen }: OperationComparison): void {
  const [old, now] = [parametersOf(items[0], before), parametersOf(items[1], after)]
  for (const name of new Set([...old.keys(), ...now.keys()])) {
    const subject = `the ${name}`
    const [was, is] = [old.get(name), now.get(name)]
    if (was && is) diffParameter(was, is, report, seen)
    else if (was) {
      report({
        where: was.where,
        subject,
        before: state(was.value['required'] === true),
        direction: 'request',
        consequence: 'breaking',
      })
    } else if (is) {
      const must = is.value['required'] === true
      report({
        where: is.where,
        subject,
        after: state(must),
        direction: 'request',
        consequence: must ? 'breaking' : 'additive',
      })
    }
  }
}

/** Compares two parameters of the same place and name. */
export function diffParameter(before: Place, after: Place, report: Report, seen: Set<string>): void {
  markCompared(before, after, seen)
  diffRequired(before, after, `the ${nameOf(after)}`, report)
  diffSchemaOf(before, after, 'request', report, seen)
  diffOtherKeys(before, after, 'request', new Set(['required', 'schema']), report)
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

/** Compares two bodies that callers send. */
export function diffBody(before: Place, after: Place, report: Report, seen: Set<string>): void {
  markCompared(before, after, seen)
  diffRequired(before, after, 'the request body', report)
  diffContent(before, after, 'request', report, seen)
  diffOtherKeys(before, after, 'request', new Set(['content', 'required']), report)
}

function diffRequestBody({ before, after, report, seen }: OperationComparison): void {
  const key = 'requestBody'
  const [old, now] = [child(before, key), child(after, key)]
  const subject = 'the request body'
  if (old && now) diffBody(old, now, report, seen)
  else if (old) {
    const sides = { before: state(old.value['required'] === true) }
    report({
      where: at(before.pointer, key),
      subject,
      ...sides,
      direction: 'request',
      consequence: 'breaking',
    })
  } else if (now) {
    const must = now.value['required'] === true
    report({
      where: at(after.pointer, key),
      subject,
      after: state(must),
      direction: 'request',
      consequence: must ? 'breaking' : 'additive',
    })
  }
}
