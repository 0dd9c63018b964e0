// From the spec's one server to the table of regions, and to the URL that a region and an environment make.
import { quote } from './quote.ts'
import { at, list, node, type Node, SpecError, text } from './spec-node.ts'

/** Writes hosts.ts. */
export function renderHosts(spec: Node): string {
  const servers = list(spec['servers'], '#/servers')
  if (servers.length !== 1) throw new SpecError('#/servers', 'must hold one server')
  const server = node(servers[0], '#/servers/0')
  const url = text(server['url'], '#/servers/0/url')
  if (!url.startsWith('https://')) throw new SpecError('#/servers/0/url', 'must begin with https://')
  if (!['{envId}', '{regionHost}'].every((variable) => url.includes(variable)))
    throw new SpecError('#/servers/0/url', 'must hold {envId} and {regionHost}')
  const variables = node(server['variables'], '#/servers/0/variables')
  if (Object.keys(variables).join() !== 'envId,regionHost')
    throw new SpecError('#/servers/0/variables', 'must be envId and regionHost')
  const pointer = '#/servers/0/variables/regionHost'
  const regionHost = node(variables['regionHost'], pointer)
  const hosts = list(regionHost['enum'], at(pointer, 'enum')).map((host) => text(host, at(pointer, 'enum')))
  const regionsPointer = at(pointer, 'x-regions')
  const regions = node(regionHost['x-regions'], regionsPointer)
  if (Object.keys(regions).join() !== hosts.join())
    throw new SpecError(regionsPointer, 'must list the hosts of the enum, in the same order')
  if (regionHost['default'] !== hosts[0])
    throw new SpecError(at(pointer, 'default'), 'must be the first host')
  const rows = hosts.flatMap((host) => {
    const hostPointer = at(regionsPointer, host)
    return list(regions[host], hostPointer).map((region) => [text(region, hostPointer), host] as const)
  })
  const [first] = rows
  if (first === undefined) throw new SpecError(regionsPointer, 'must list a region')
  if (new Set(rows.map(([region]) => region)).size !== rows.length)
    throw new SpecError(regionsPointer, 'must list a region once')
  const template = url.replaceAll(/[`$\\]/g, String.raw`\$&`).replaceAll(/\{(envId|regionHost)\}/g, '${$1}')
  return `/** The gateway's host in each region. */
export const regionHosts = {
${rows.map(([region, host]) => `  ${quote(region)}: ${quote(host)},\n`).join('')}} as const

/** The region of an environment that names none. */
export const defaultRegion = ${quote(first[0])}

/** Makes the base URL of an environment. */
export const serverUrl = (envId: string, regionHost: string): string =>
  \`${template}\`
`
}
