// Compares the servers of two specs: addresses, their variables, and the regions behind each host.
import { isDeepStrictEqual } from 'node:util'
import { at, list, node, type Node } from '../generate/spec-node.ts'
import {
  beforeAndAfter,
  diffOtherKeys,
  keysOfBoth,
  type OperationComparison,
  type Place,
  type Report,
  show,
} from './change.ts'

/** Compares the servers of two operations, where at least one has others than the document. */
export function diffOwnServers({ before, after, items, report }: OperationComparison): void {
  const own = [before, after].map(({ value }, index) => value['servers'] ?? items[index]?.value['servers'])
  if (own.every((servers) => servers === undefined)) return
  const [old, now] = [own[0] ?? before.spec['servers'], own[1] ?? after.spec['servers']]
  diffServers(old, now, at(after.pointer, 'servers'), report)
}

/** Compares two lists of servers, in their order: a client takes the first. */
export function diffServers(before: unknown, after: unknown, pointer: string, report: Report): void {
  const [old, now] = [list(before ?? [], pointer), list(after ?? [], pointer)]
  for (let index = 0; index < Math.max(old.length, now.length); index += 1) {
    const where = at(pointer, index)
    if (index >= old.length)
      report({
        where,
        subject: 'the server',
        after: show(now[index]),
        direction: 'request',
        consequence: 'additive',
      })
    else if (index >= now.length)
      report({
        where,
        subject: 'the server',
        before: show(old[index]),
        direction: 'request',
        consequence: 'breaking',
      })
    else diffServer(node(old[index], where), node(now[index], where), where, report)
  }
}

function diffServer(before: Node, after: Node, pointer: string, report: Report): void {
  diffOtherKeys(placeOf(before, pointer), placeOf(after, pointer), 'request', new Set(['variables']), report)
  const where = at(pointer, 'variables')
  const [old, now] = [node(before['variables'] ?? {}, where), node(after['variables'] ?? {}, where)]
  for (const name of keysOfBoth(old, now)) {
    const place = at(where, name)
    if (Object.hasOwn(old, name) && Object.hasOwn(now, name))
      diffVariable(node(old[name], place), node(now[name], place), place, report)
    else
      report({
        where: place,
        subject: `the variable \`${name}\``,
        ...beforeAndAfter(old[name], now[name], show),
        direction: 'request',
        consequence: 'breaking',
      })
  }
}

const placeOf = (value: Node, pointer: string): Place => ({ spec: {}, value, pointer })

function diffVariable(before: Node, after: Node, pointer: string, report: Report): void {
  diffOtherKeys(
    placeOf(before, pointer),
    placeOf(after, pointer),
    'request',
    new Set(['enum', 'x-regions']),
    report,
  )
  diffValues(before, after, pointer, report)
  const regions = at(pointer, 'x-regions')
  const [oldRegions, newRegions] = [
    regionsOf(before['x-regions'] ?? {}, regions),
    regionsOf(after['x-regions'] ?? {}, regions),
  ]
  diffNames([...oldRegions.keys()], [...newRegions.keys()], 'the region', regions, report)
  for (const [region, host] of oldRegions) {
    const moved = newRegions.get(region)
    if (moved !== undefined && moved !== host)
      report({
        where: regions,
        subject: `the host of the region \`${region}\``,
        before: host,
        after: moved,
        direction: 'request',
        consequence: 'breaking',
      })
  }
  const [oldDefault, newDefault] = [oldRegions, newRegions].map((map) => [...map.keys()][0])
  if (!isDeepStrictEqual(oldDefault, newDefault))
    report({
      where: regions,
      subject: 'the default region',
      ...beforeAndAfter(oldDefault, newDefault, String),
      direction: 'request',
      consequence: 'breaking',
    })
}

function diffValues(before: Node, after: Node, pointer: string, report: Report): void {
  const where = at(pointer, 'enum')
  const [old, now] = [before['enum'], after['enum']]
  if (old === undefined || now === undefined) {
    // Without a list any value will do.
    const consequence = now === undefined ? 'additive' : 'breaking'
    const sides = beforeAndAfter(old, now, show)
    if (old !== now)
      report({ where, subject: 'the list of values', ...sides, direction: 'request', consequence })
    return
  }
  const kind = 'x-regions' in after ? 'the host' : 'the value'
  diffNames(list(old, where), list(now, where), kind, where, report)
}

function regionsOf(value: unknown, pointer: string): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(node(value, pointer)).flatMap(([host, names]) =>
      list(names, at(pointer, host)).map((name) => [String(name), host] as const),
    ),
  )
}

function diffNames(
  old: readonly unknown[],
  now: readonly unknown[],
  kind: string,
  where: string,
  report: Report,
): void {
  for (const name of old.filter((one) => !now.includes(one)))
    report({
      where,
      subject: `${kind} \`${String(name)}\``,
      before: '',
      direction: 'request',
      consequence: 'breaking',
    })
  for (const name of now.filter((one) => !old.includes(one)))
    report({
      where,
      subject: `${kind} \`${String(name)}\``,
      after: '',
      direction: 'request',
      consequence: 'additive',
    })
}
