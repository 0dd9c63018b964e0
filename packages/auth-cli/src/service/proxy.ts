import { getProxyForUrl } from 'proxy-from-env'
import { CliError } from '../terminal/exit-codes.ts'

/**
 * Finds the proxy for an address, as curl does: in `HTTPS_PROXY` or `HTTP_PROXY`, else `ALL_PROXY`, unless `NO_PROXY` names the host.
 *
 * A service on this machine may be asked over plain HTTP. Its tokens then go through a proxy only where that is on this machine as well:
 * they would leave it unencrypted. To a service elsewhere, which takes `--allow-insecure-http`, they leave it in any case.
 *
 * @throws {CliError} when the variable holds no address of an HTTP proxy
 */
export function findProxy(service: URL): URL | undefined {
  const text = getProxyForUrl(service.href)
  if (text === '') return undefined
  const proxy = URL.canParse(text) ? new URL(text) : undefined
  if (proxy?.protocol !== 'http:' && proxy?.protocol !== 'https:')
    throw new CliError(
      'the proxy variable for the service must hold an address such as http://proxy.example.com:3128; see HTTPS_PROXY, HTTP_PROXY and ALL_PROXY',
    )
  if (service.protocol === 'http:' && isLoopback(service) && !isLoopback(proxy)) return undefined
  return proxy
}

/** Tells whether only this machine is meant. */
export function isLoopback({ hostname }: URL): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)
}
