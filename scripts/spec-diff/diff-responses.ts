// Compares the responses of two operations: their statuses, headers and bodies.
import { isExtension } from '../generate/openapi-objects.ts'
import { at } from '../generate/spec-node.ts'
import {
  child,
  diffExtensions,
  diffOtherKeys,
  keysOfBoth,
  markCompared,
  type Consequence,
  type OperationComparison,
  type Place,
  type Report,
} from './change.ts'
import { diffContent, diffSchemaOf, partOf } from './diff-content.ts'

const state = (must: boolean): string => (must ? 'required' : 'optional')

/** Compares the responses of two operations. */
export function diffResponses({ before, after, report, seen }: OperationComparison): void {
  const [old, now] = [partOf(before, 'responses'), partOf(after, 'responses')]
  diffExtensions(old, now, 'response', report)
  for (const status of keysOfBoth(old.value, now.value).filter((key) => !isExtension(key))) {
    const [was, is] = [child(old, status), child(now, status)]
    if (was && is) diffResponse(was, is, report, seen)
    else if (was)
      report({
        where: at(old.pointer, status),
        subject: `the status ${status}`,
        before: '',
        direction: 'response',
        consequence: 'breaking',
      })
    else if (is) {
      const consequence = consequenceOfStatus(status, describedBefore(old, status), is)
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

/** The answer that stood for a status before it had one of its own: that of its range, such as `4XX`, or else `default`. */
const describedBefore = (responses: Place, status: string): Place | undefined =>
  child(responses, `${status.slice(0, 1)}XX`) ?? child(responses, 'default')

/** A new error status is additive where it was described already, and what it answers with is no news. */
function consequenceOfStatus(status: string, before: Place | undefined, after: Place): Consequence {
  if (before === undefined || !/^[45](\d\d|XX)$/.test(status)) return 'breaking'
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

/** Compares two answers. */
export function diffResponse(before: Place, after: Place, report: Report, seen: Set<string>): void {
  const direction = 'response'
  markCompared(before, after, seen)
  diffContent(before, after, direction, report, seen)
  const [old, now] = [partOf(before, 'headers'), partOf(after, 'headers')]
  for (const name of keysOfBoth(old.value, now.value)) {
    const subject = `the header \`${name}\``
    const [was, is] = [child(old, name), child(now, name)]
    if (was && is) diffHeader(was, is, subject, report, seen)
    else if (was)
      report({ where: at(old.pointer, name), subject, before: '', direction, consequence: 'breaking' })
    else if (is)
      report({ where: at(now.pointer, name), subject, after: '', direction, consequence: 'additive' })
  }
  diffOtherKeys(before, after, direction, new Set(['content', 'headers']), report)
}

/** Compares two headers of answers. */
export function diffHeader(
  before: Place,
  after: Place,
  subject: string,
  report: Report,
  seen: Set<string>,
): void {
  const direction = 'response'
  markCompared(before, after, seen)
  const [old, now] = [state(before.value['required'] === true), state(after.value['required'] === true)]
  if (old !== now)
    report({
      where: at(after.pointer, 'required'),
      subject,
      before: old,
      after: now,
      direction,
      consequence: now === 'required' ? 'additive' : 'breaking',
    })
  diffSchemaOf(before, after, direction, report, seen)
  diffOtherKeys(before, after, direction, new Set(['required', 'schema']), report)
}
