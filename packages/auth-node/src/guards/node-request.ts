import type { IncomingMessage } from 'node:http'
import type { Credentials } from './credentials.ts'

/**
 * Reads the credentials of a request of `node:http` or `node:http2`, which itself drops every Authorization header but the first.
 *
 * @param message a request made by hand, such as for a test or by an adapter of a cloud function, may have no `rawHeaders`
 */
export function readNodeRequest(
  message: Pick<IncomingMessage, 'headers'> & Partial<Pick<IncomingMessage, 'method' | 'rawHeaders'>>,
  url: string | undefined,
): Credentials {
  const { rawHeaders = [], headers, method } = message
  let { authorization } = headers
  let count = 0
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]
    if (name?.length !== 13 || name.toLowerCase() !== 'authorization') continue
    count += 1
    if (count > 1) authorization += `, ${rawHeaders[index + 1]}`
  }
  return { authorization, url, method, headers }
}
