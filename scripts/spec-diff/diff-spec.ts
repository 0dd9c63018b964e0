// Compares two specs: servers, operations and the names of what is shared between them.
import { isDeepStrictEqual } from 'node:util'
import { at, isMethod, node, type Node } from '../generate/read-spec.ts'
import {
  beforeAndAfter,
  child,
  diffOtherKeys,
  keysOfBoth,
  show,
  worstOf,
  type Change,
  type Consequence,
  type Place,
  type Report,
} from './change.ts'
import { diffOperation } from './diff-operation.ts'
import { diffSchema } from './diff-schema.ts'
import { diffServers } from './diff-servers.ts'

export interface DiffOptions {
  /** Whether the names of shared parts count: they are keys of `components`, which callers can import. Default: true. */
  readonly names?: boolean
}

/**
 * Lists what is different, each place once, although an answer that many operations share is compared with each.
 *
 * @throws {SpecError} when one of the two cannot be read as a spec
 */
export function diffSpecs(before: Node, after: Node, { names = true }: DiffOptions = {}): readonly Change[] {
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
  const missing = (spec: Node, pointer: string): Place => ({ spec, value: {}, pointer })
  for (const path of keysOfBoth(old, now)) {
    const pointer = at('#/paths', path)
    const item = (place: Place, paths: Node): Place =>
      Object.hasOwn(paths, path)
        ? (child({ spec: place.spec, value: paths, pointer: '#/paths' }, path) ??
          missing(place.spec, pointer))
        : missing(place.spec, pointer)
    const [oldItem, newItem] = [item(before, old), item(after, now)]
    for (const method of keysOfBoth(oldItem.value, newItem.value).filter(isMethod)) {
      const where = at(pointer, method)
      const subject = `the operation \`${method.toUpperCase()} ${path}\``
      const [was, is] = [child(oldItem, method), child(newItem, method)]
      if (was && is) diffOperation({ before: was, after: is, items: [oldItem, newItem], report, seen })
      else if (was) report({ where, subject, before: '', direction: 'both', consequence: 'breaking' })
      else report({ where, subject, after: '', direction: 'both', consequence: 'additive' })
    }
    const own = [...keysOfBoth(oldItem.value, newItem.value).filter(isMethod), 'parameters']
    if (Object.hasOwn(old, path) && Object.hasOwn(now, path))
      diffOtherKeys(oldItem, newItem, 'both', new Set(own), report)
  }
}

function diffComponents(before: Place, after: Place, report: Report, seen: Set<string>): void {
  const [old, now] = [
    node(before.value['components'] ?? {}, '#/components'),
    node(after.value['components'] ?? {}, '#/components'),
  ]
  for (const kind of keysOfBoth(old, now)) {
    const [oldKind, newKind] = [node(old[kind] ?? {}, kind), node(now[kind] ?? {}, kind)]
    const pointer = at('#/components', kind)
    // Examples are for people; the rest are keys of the generated types.
    const [lost, won] =
      kind === 'examples' ? (['docs', 'docs'] as const) : (['breaking', 'additive'] as const)
    for (const name of keysOfBoth(oldKind, newKind)) {
      const where = at(pointer, name)
      const subject = `the name \`${name}\` in components/${kind}`
      if (!Object.hasOwn(newKind, name))
        report({ where, subject, before: '', direction: 'both', consequence: lost })
      else if (!Object.hasOwn(oldKind, name))
        report({ where, subject, after: '', direction: 'both', consequence: won })
      else if (kind === 'schemas' && !isCompared(seen, where)) {
        // No operation has been compared by this name, so that callers may import it for both directions.
        const [was, is] = [
          { ...before, value: oldKind, pointer },
          { ...after, value: newKind, pointer },
        ].map((place) => child(place, name))
        if (was && is) diffSchema({ before: was, after: is, direction: 'both', report, seen })
      } else if (kind === 'securitySchemes') diffSecurityScheme(oldKind[name], newKind[name], where, report)
      else if (kind === 'examples' && !isDeepStrictEqual(oldKind[name], newKind[name]))
        report({
          where,
          subject: 'the example',
          ...beforeAndAfter(oldKind[name], newKind[name], show),
          direction: 'both',
          consequence: 'docs',
        })
      else if (!['schemas', 'examples'].includes(kind) && !isReferredTo(before, where)) {
        // What operations refer to is compared where they do. The type of the rest changes only here.
        if (!isDeepStrictEqual(oldKind[name], newKind[name]))
          report({
            where,
            subject,
            ...beforeAndAfter(oldKind[name], newKind[name], show),
            direction: 'both',
            consequence: 'breaking',
          })
      }
    }
  }
}

/** Whether the schema of this name was compared with that of the same name. */
const isCompared = (seen: ReadonlySet<string>, pointer: string): boolean =>
  [...seen].some((key) => key.startsWith(`${pointer} ${pointer} `))

const isReferredTo = ({ spec }: Place, pointer: string): boolean =>
  JSON.stringify(spec).includes(JSON.stringify({ $ref: pointer }).slice(1, -1))

function diffSecurityScheme(before: unknown, after: unknown, where: string, report: Report): void {
  const place = (value: unknown): Place => ({ spec: {}, value: node(value, where), pointer: where })
  diffOtherKeys(place(before), place(after), 'request', new Set(), report)
}
