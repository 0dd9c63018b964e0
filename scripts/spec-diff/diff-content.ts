// Compares the media types of two bodies, and the schema of each.
import { at } from '../generate/spec-node.ts'
import { child, diffOtherKeys, keysOfBoth, type Direction, type Place, type Report } from './change.ts'
import { diffSchema } from './diff-schema.ts'

/** A part of a place; where the place does not have it, one that says nothing. */
export function partOf(place: Place, key: string): Place {
  return child(place, key) ?? { spec: place.spec, value: {}, pointer: at(place.pointer, key) }
}

/** Compares the schemas of two places; one that has none allows everything. */
export function diffSchemaOf(
  before: Place,
  after: Place,
  direction: Direction,
  report: Report,
  seen: Set<string>,
): void {
  diffSchema({
    before: partOf(before, 'schema'),
    after: partOf(after, 'schema'),
    direction,
    report,
    seen,
  })
}

/** Compares the bodies that two places describe. */
export function diffContent(
  before: Place,
  after: Place,
  direction: Direction,
  report: Report,
  seen: Set<string>,
): void {
  const [old, now] = [partOf(before, 'content'), partOf(after, 'content')]
  for (const type of keysOfBoth(old.value, now.value)) {
    const subject = `the media type \`${type}\``
    const [was, is] = [child(old, type), child(now, type)]
    if (was && is) {
      diffSchemaOf(was, is, direction, report, seen)
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
