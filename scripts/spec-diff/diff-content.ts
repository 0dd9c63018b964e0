// Compares the media types of two bodies, and the schema of each.
import { at } from '../generate/spec-node.ts'
import { child, diffOtherKeys, keysOfBoth, type Direction, type Place, type Report } from './change.ts'
import { diffSchema } from './diff-schema.ts'

/** What stands for a part that a place does not have. */
export const nothing = (place: Place, key: string): Place => ({
  spec: place.spec,
  value: {},
  pointer: at(place.pointer, key),
})

/** Compares the bodies that two places describe. */
export function diffContent(
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
