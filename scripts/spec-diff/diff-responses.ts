// Compares the responses of two operations: their statuses, headers and bodies.
import { at } from '../generate/read-spec.ts'
import {
  child,
  diffOtherKeys,
  keysOfBoth,
  type Consequence,
  type OperationComparison,
  type Place,
  type Report,
} from './change.ts'
import { diffContent, nothing } from './diff-content.ts'
import { diffSchema } from './diff-schema.ts'

const state = (must: boolean): string => (must ? 'required' : 'optional')

/** Compares the responses of two operations. */
export function diffResponses({ before, after, report, seen }: OperationComparison): void {
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
