import type { ServiceOptions } from './client.ts'

const gateway = /\.(tcloudbasegateway|tencentcloudapi)\.com$/

/** The environment that a host of the vendor serves: the first label of its name. */
export function environmentOf({ hostname }: URL): string | undefined {
  return gateway.test(hostname) ? hostname.split('.', 1)[0] : undefined
}

/**
 * Tells whose tokens a run is about: its environment id and its client id, as far as it knows them. `--base-url` alone tells neither,
 * unless it is a host of the vendor.
 */
export function findIdentities({ env, baseUrl, clientId }: ServiceOptions, url: URL): string[] {
  const { TOKENWARD_ENV, TOKENWARD_CLIENT_ID } = process.env
  // As in the client: an address on the command line keeps the variable out.
  const environment = env ?? (baseUrl === undefined ? TOKENWARD_ENV : undefined)
  return [environment, clientId ?? TOKENWARD_CLIENT_ID, environmentOf(url)].filter((name) =>
    Boolean(name),
  ) as string[]
}
