import type { IncomingMessage } from 'node:http'
import { type Credentials, textOf } from './credentials.ts'

/** The part of a request that is read. One that a test or an adapter of a cloud function has made may lack any of it. */
type MadeRequest = Partial<Pick<IncomingMessage, 'headers' | 'method' | 'rawHeaders'>>

/** Reads the credentials of a request of `node:http` or `node:http2`, which itself drops every Authorization header but the first. */
export function readNodeRequest(message: MadeRequest, url: string | undefined): Credentials {
  const { method } = message
  const headers = message.headers ?? {}
  let authorization = textOf(headers.authorization, 'authorization')
  let count = 0
  message.rawHeaders?.forEach((name, index, all) => {
    // Names and values take turns. The length is seen at once.
    if (name.length !== 13 || index % 2 === 1 || name.toLowerCase() !== 'authorization') return
    count += 1
    const value = all[index + 1]
    if (authorization === undefined) authorization = value
    else if (count > 1) authorization += `, ${value}`
  })
  return { authorization, url, method, headers }
}
