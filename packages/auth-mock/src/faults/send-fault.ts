import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { TLSSocket } from 'node:tls'
import { authError, errorForStatus, gatewayError, type Answer } from '../http/answer.ts'
import { drip, faultBodies } from './fault-body.ts'
import type { Fault } from './fault.ts'
import { httpDate } from './http-date.ts'

// What the error of a fault says of itself.
const toldSo = 'the mock was told to fail'

// Answers with these statuses have no body in HTTP.
const bodiless = [204, 304]

/** The answer that a fault puts in place of the operation's own; `undefined` when the operation is carried out. */
export function answerOfFault(fault: Fault, requestId: string): Answer | undefined {
  const { status, error, gatewayCode, body, json, redirectTo } = fault
  if (redirectTo !== undefined)
    return { status: status ?? 307, body: undefined, headers: { location: redirectTo } }
  if (json !== undefined) return { status: status ?? 200, body: json }
  if (body !== undefined) return { status: status ?? (body === 'html' ? 502 : 200), body: undefined }
  if (gatewayCode !== undefined) return gatewayError(gatewayCode, toldSo, status ?? 401, requestId)
  if (error !== undefined) return authError(error, toldSo, status)
  return status === undefined ? undefined : errorForStatus(status, toldSo, requestId)
}

/** The headers that a fault adds, or replaces. */
export function headersOfFault({ retryAfter, headers = {} }: Fault, now: number): Record<string, string> {
  const spelled =
    typeof retryAfter === 'object'
      ? httpDate(new Date(now + retryAfter.seconds * 1000), retryAfter.as)
      : retryAfter
  // In small letters, so that a header replaces the usual one however it is spelled.
  const given = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])
  return {
    ...(spelled !== undefined && { 'retry-after': String(spelled) }),
    ...(Object.fromEntries(given) as Record<string, string>),
  }
}

/** Writes an answer the way a fault says; rejects when the connection ends before it is written. */
export async function sendFaulty(
  response: ServerResponse,
  answer: Answer,
  headers: Record<string, string>,
  { body: kind, transport }: Fault,
): Promise<void> {
  const body = kind && faultBodies[kind]
  const hasBody = !bodiless.includes(answer.status)
  const json = answer.body === undefined ? '' : JSON.stringify(answer.body)
  const content = hasBody ? (body?.content() ?? Buffer.from(json)) : Buffer.alloc(0)
  const type = answer.body === undefined ? undefined : { 'content-type': 'application/json' }
  const allHeaders = { ...type, ...body?.headers, ...answer.headers, ...headers }

  if (transport === 'stall') {
    if (!response.socket) await once(response, 'socket')
    response.socket?.write(`HTTP/1.1 ${answer.status} Stalled\r\ncontent-type: application/json\r\n`)
  } else if (!Buffer.isBuffer(content)) {
    response.writeHead(answer.status, allHeaders)
    await pipeline([...content, response])
  } else {
    const hasLength = hasBody && !('transfer-encoding' in headers)
    const length = hasLength ? { 'content-length': String(content.length) } : undefined
    response.writeHead(answer.status, { ...length, ...allHeaders })
    if (transport === 'drip') await pipeline(drip(content), response)
    else if (transport === 'reset') {
      response.flushHeaders()
      response.write(content.subarray(0, content.length / 2), () => breakConnection(response))
    } else response.end(content)
  }
}

function breakConnection({ socket }: ServerResponse): void {
  // A TLS connection has no reset of its own: it ends without the notice that says that all has been sent.
  if (socket instanceof TLSSocket) socket.destroy()
  else socket?.resetAndDestroy()
}
