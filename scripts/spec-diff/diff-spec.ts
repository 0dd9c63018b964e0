// Compares two specs: servers, operations and the names of what is shared between them.
import { isDeepStrictEqual } from 'node:util'
import { isMethod } from '../generate/list-operations.ts'
import { isExtension } from '../generate/openapi-objects.ts'
import { at, node, type Node } from '../generate/spec-node.ts'
import {
  beforeAndAfter,
  child,
  diffExtensions,
  diffOtherKeys,
  keysOfBoth,
  markCompared,
  show,
  worstOf,
  type Change,
  type Consequence,
  type Place,
  type Report,
} from './change.ts'
import { diffComponents } from './diff-components.ts'
import { diffOperation } from './diff-operation.ts'
import { diffServers } from './diff-servers.ts'
import { withoutDefaults } from './written-out-defaults.ts'

export interface DiffOptions {
  /** Whether the names of shared parts count: they are keys of `components`, which callers can import. Default: true. */
  readonly names?: boolean
}

/**
 * Lists what is different, each place once, although an answer that many operations share is compared with each.
 *
 * @throws {SpecError} when one of the two cannot be read as a spec
 */
export function diffSpecs(older: Node, newer: Node, { names = true }: DiffOptions = {}): readonly Change[] {
  const [before, after] = [withoutDefaults(older), withoutDefaults(newer)]
  const found = new Map<string, Change>()
  const report: Report = (change) => {
    const { where, subject, before: old, after: now, direction } = change
    const key = JSON.stringify([where, subject, old, now])
    const same = found.get(key)
    const consequence = worstOf(same ? [same, change] : [change]) as Consequence
    found.set(key, {
      ...change,
      consequence,
      direction: same && same.direction !== direction ? 'both' : direction,
    })
  }
  const root = (spec: Node): Place => ({ spec, value: spec, pointer: '#' })
  const [old, now] = [root(before), root(after)]
  const seen = new Set<string>()
  diffServers(before['servers'], after['servers'], '#/servers', report)
  diffPaths(old, now, report, seen)
  if (names) diffComponents(old, now, report, seen)
  diffOtherKeys(
    old,
    now,
    'both',
    new Set(['components', 'info', 'openapi', 'paths', 'security', 'servers']),
    report,
  )
  for (const key of ['info', 'openapi']) {
    const sides = beforeAndAfter(before[key], after[key], show)
    if (isDeepStrictEqual(before[key], after[key])) continue
    report({ where: `#/${key}`, subject: `\`${key}\``, ...sides, direction: 'both', consequence: 'docs' })
  }
  return [...found.values()]
}

function diffPaths(before: Place, after: Place, report: Report, seen: Set<string>): void {
  const [old, now] = [
    node(before.value['paths'] ?? {}, '#/paths'),
    node(after.value['paths'] ?? {}, '#/paths'),
  ]
  const all = (place: Place, value: Node): Place => ({ ...place, value, pointer: '#/paths' })
  diffExtensions(all(before, old), all(after, now), 'both', report)
  const missing = (spec: Node, pointer: string): Place => ({ spec, value: {}, pointer })
  for (const path of keysOfBoth(old, now).filter((key) => !isExtension(key))) {
    const pointer = at('#/paths', path)
    const item = (place: Place, paths: Node): Place =>
      Object.hasOwn(paths, path)
        ? (child({ spec: place.spec, value: paths, pointer: '#/paths' }, path) ??
          missing(place.spec, pointer))
        : missing(place.spec, pointer)
    const [oldItem, newItem] = [item(before, old), item(after, now)]
    markCompared(oldItem, newItem, seen)
    for (const method of keysOfBoth(oldItem.value, newItem.value).filter(isMethod)) {
      const where = at(pointer, method)
      const subject = `the operation \`${method.toUpperCase()} ${path}\``
      const [was, is] = [child(oldItem, method), child(newItem, method)]
      if (was && is) diffOperation({ before: was, after: is, items: [oldItem, newItem], report, seen })
      else if (was) report({ where, subject, before: '', direction: 'both', consequence: 'breaking' })
      else report({ where, subject, after: '', direction: 'both', consequence: 'additive' })
    }
    const own = [...keysOfBoth(oldItem.value, newItem.value).filter(isMethod), 'parameters', 'servers']
    if (Object.hasOwn(old, path) && Object.hasOwn(now, path))
      diffOtherKeys(oldItem, newItem, 'both', new Set(own), report)
  }
}
