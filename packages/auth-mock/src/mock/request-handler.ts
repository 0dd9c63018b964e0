import type { ServerResponse } from 'node:http'
import { AuthConfigurationError } from '@tokenward/auth-core'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ActiveFaults } from '../faults/active-faults.ts'
import { answerOfFault, headersOfFault, sendFaulty } from '../faults/send-fault.ts'
import { authError, gatewayError, type Answer } from '../http/answer.ts'
import { corsHeaders, isForeignOrigin, preflight, refuseOrigin } from '../http/cors.ts'
import type { RequestHandler } from '../http/http-server.ts'
import {
  createReceivedRequest,
  hasBody,
  noContent,
  readContent,
  requestIdOf,
} from '../http/received-request.ts'
import { sendAnswer } from '../http/send-answer.ts'
import { operations, operationsAt, type Operation } from '../service/operations.ts'
import type { Service } from '../service/service.ts'
import { isControlPath, type Control } from './control.ts'
import type { RequestLog } from './request-log.ts'

/** What the handler of requests works with. */
export interface RequestHandlerOptions {
  readonly service: Service
  readonly faults: ActiveFaults
  readonly log: RequestLog
  readonly clientId: string
  readonly allowedOrigins: readonly string[] | undefined
  readonly control: Control
}

/** Creates the function that answers one request; its promise rejects when the connection ends before the answer does. */
export function createRequestHandler({
  service,
  faults,
  log,
  clientId,
  allowedOrigins,
  control,
}: RequestHandlerOptions): RequestHandler {
  const respond: RequestHandler = async (message, response) => {
    const requestId = requestIdOf(message)
    const [path = '', search = ''] = (message.url ?? '').split('?', 2)
    // A request without a body is answered at once, in the turn of the event loop in which it arrives.
    const content = hasBody(message) ? await readContent(message) : noContent
    const request = createReceivedRequest(message, path, search, requestId, content)
    const idHeader = { 'x-request-id': requestId }
    if (isControlPath(path)) {
      const { answer, isReadable } = control(request)
      return sendAnswer(response, answer, { ...idHeader, ...(isReadable && corsHeaders(message)) })
    }

    const headers = { ...idHeader, ...corsHeaders(message) }
    const methods = operationsAt(path)
    const operation = methods?.get(request.method)
    if (request.method === 'OPTIONS' && methods) return sendAnswer(response, preflight, headers)
    // Not noted in the log, which a page of any origin could fill otherwise.
    if (isForeignOrigin(message.headers, allowedOrigins))
      return sendAnswer(response, refuseOrigin(message.headers, clientId), headers)
    log.add(request, operation, service.now(), response)
    if (!operation) return sendAnswer(response, notServed(requestId, methods), headers)

    const taken = faults.take(operation, request)
    const perform = (): Answer =>
      request.refusal ?? operations[operation].perform(service, request, taken?.fault.revocation)
    if (!taken) return sendAnswer(response, perform(), headers)
    const { fault, delayMs } = taken
    if (delayMs > 0) await waitFor(delayMs, response)
    const answer = answerOfFault(fault, requestId) ?? perform()
    return sendFaulty(response, answer, { ...headers, ...headersOfFault(fault, service.now()) }, fault)
  }

  return (message, response) =>
    respond(message, response).catch((error: unknown) => {
      // A clock of the test's own that tells no time any more.
      if (!(error instanceof AuthConfigurationError) || response.headersSent) throw error
      sendAnswer(response, authError('internal', error.message), corsHeaders(message))
    })
}

async function waitFor(ms: number, response: ServerResponse): Promise<void> {
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  await sleep(ms, undefined, { signal: gone.signal })
}

function notServed(requestId: string, methods: ReadonlyMap<string, Operation> | undefined): Answer {
  if (!methods) return gatewayError('INVALID_PATH', 'no such path', 404, requestId)
  const headers = { allow: [...methods.keys()].join(', ') }
  return { ...authError('unimplemented', 'no such method', 405), headers }
}
