// Compares what a spec shares by name. What operations refer to is compared where they do; here are its names, and the rest.
import { isDeepStrictEqual } from 'node:util'
import { isExtension } from '../generate/openapi-objects.ts'
import { at, node } from '../generate/spec-node.ts'
import {
  beforeAndAfter,
  child,
  diffExtensions,
  diffOtherKeys,
  isCompared,
  keysOfBoth,
  show,
  type Consequence,
  type Place,
  type Report,
} from './change.ts'
import { diffBody, diffParameter } from './diff-operation.ts'
import { diffHeader, diffResponse } from './diff-responses.ts'
import { diffSchema } from './diff-schema.ts'

type Compare = (before: Place, after: Place, report: Report, seen: Set<string>) => void

/** How each kind is compared that no operation was compared by. All but the schemas are typed for one direction. */
const kinds: Readonly<Record<string, Compare>> = {
  headers: (before, after, report, seen) => diffHeader(before, after, 'the header', report, seen),
  parameters: diffParameter,
  requestBodies: diffBody,
  responses: diffResponse,
  schemas: (before, after, report, seen) => diffSchema({ before, after, direction: 'both', report, seen }),
}
/** The kinds that the generated types have no key for. */
const untyped = new Set(['callbacks', 'examples', 'links', 'securitySchemes'])

/** Compares the components of two specs, after their operations. */
export function diffComponents(before: Place, after: Place, report: Report, seen: Set<string>): void {
  const components = ({ spec, value }: Place): Place => ({
    spec,
    value: node(value['components'] ?? {}, '#/components'),
    pointer: '#/components',
  })
  const [old, now] = [components(before), components(after)]
  diffExtensions(old, now, 'both', report)
  for (const kind of keysOfBoth(old.value, now.value).filter((key) => !isExtension(key))) {
    const pointer = at('#/components', kind)
    const ofKind = ({ spec, value }: Place): Place => ({
      spec,
      value: node(value[kind] ?? {}, pointer),
      pointer,
    })
    diffKind(kind, ofKind(old), ofKind(now), report, seen)
  }
}

function diffKind(kind: string, before: Place, after: Place, report: Report, seen: Set<string>): void {
  const [lost, won]: readonly Consequence[] = untyped.has(kind) ? ['docs', 'docs'] : ['breaking', 'additive']
  for (const name of keysOfBoth(before.value, after.value)) {
    const where = at(after.pointer, name)
    const subject = `the name \`${name}\` in components/${kind}`
    const [old, now] = [child(before, name), child(after, name)]
    if (!now) report({ where, subject, before: '', direction: 'both', consequence: lost ?? 'breaking' })
    else if (!old) report({ where, subject, after: '', direction: 'both', consequence: won ?? 'breaking' })
    else if (isCompared(where, seen)) continue
    else if (kinds[kind]) kinds[kind](old, now, report, seen)
    else if (kind === 'examples') diffExample(old, now, report)
    else diffOtherKeys(old, now, kind === 'securitySchemes' ? 'request' : 'both', new Set(), report)
  }
}

function diffExample(before: Place, after: Place, report: Report): void {
  const sides = beforeAndAfter(before.value, after.value, show)
  if (!isDeepStrictEqual(before.value, after.value))
    report({ where: after.pointer, subject: 'the example', ...sides, direction: 'both', consequence: 'docs' })
}
