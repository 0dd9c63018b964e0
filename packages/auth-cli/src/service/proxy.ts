import { getProxyForUrl } from 'proxy-from-env'
import { CliError } from '../terminal/exit-codes.ts'

/**
 * Finds the proxy for an address, as curl does: in `HTTPS_PROXY` or `HTTP_PROXY`, else `ALL_PROXY`, unless `NO_PROXY` names the host.
 *
 * A service on this machine is asked over plain HTTP, so its tokens go through a proxy only where that is on this machine as well.
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
  if (service.protocol === 'http:' && !isLoopback(proxy)) return undefined
  return proxy
}

function isLoopback({ hostname }: URL): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)
}
