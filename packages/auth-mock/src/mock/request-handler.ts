import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { authError, gatewayError, type Answer, type Arrival } from '../http/answer.ts'
import { createArrival, hasBody, readContent, requestIdOf } from '../http/received-request.ts'
import { isControlPath } from './control.ts'
import { corsHeaders, preflight, refuseOrigin } from '../http/cors.ts'
import type { FaultBox } from '../faults/active-faults.ts'
import { operations, operationsAt, type Operation, type Service } from '../service/operations.ts'
import type { RequestLog } from './request-log.ts'
import { sendAnswer } from '../http/send-answer.ts'
import { answerOfFault, headersOfFault, sendFaulty } from '../faults/send-fault.ts'

/** What the handler of requests works with. */
export interface RequestHandlerOptions {
  readonly service: Service
  readonly faults: FaultBox
  readonly log: RequestLog
  readonly clientId: string
  readonly allowedOrigins: readonly string[] | undefined
  readonly control: (arrival: Arrival) => Answer
}

/** Makes the function that answers one request; its promise rejects when the connection ends before the answer does. */
export const createRequestHandler = ({
  service,
  faults,
  log,
  clientId,
  allowedOrigins,
  control,
}: RequestHandlerOptions): ((message: IncomingMessage, response: ServerResponse) => Promise<void>) => {
  return async (message, response) => {
    const requestId = requestIdOf(message)
    const [path = '', search = ''] = (message.url ?? '').split('?', 2)
    const isControl = isControlPath(path)
    const methods = operationsAt(path)
    const operation = methods?.get(message.method ?? '')
    const headers = { 'x-request-id': requestId, ...(!isControl && corsHeaders(message)) }
    // What has no body is answered at once, in the turn of the event loop that it arrives in.
    const content = hasBody(message) ? await readContent(message) : {}
    const arrival = createArrival(message, path, search, requestId, content)
    if (isControl) return sendAnswer(response, arrival.refusal ?? control(arrival), headers)
    if (message.method === 'OPTIONS' && methods) return sendAnswer(response, preflight, headers)
    log.add(arrival, operation, service.now(), response)
    const foreign = refuseOrigin(message, allowedOrigins, clientId)
    if (foreign) return sendAnswer(response, foreign, headers)
    if (!operation) return sendAnswer(response, notServed(requestId, methods), headers)

    const taken = faults.take(operation, arrival)
    const perform = (): Answer =>
      arrival.refusal ?? operations[operation].perform(service, arrival, taken?.fault)
    if (!taken) return sendAnswer(response, perform(), headers)
    const { fault, delayMs } = taken
    if (delayMs > 0) await waitFor(delayMs, response)
    const answer = answerOfFault(fault, requestId) ?? perform()
    return sendFaulty(response, answer, { ...headers, ...headersOfFault(fault, service.now()) }, fault)
  }
}

const waitFor = async (ms: number, response: ServerResponse): Promise<void> => {
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  await sleep(ms, undefined, { signal: gone.signal })
}

const notServed = (requestId: string, methods: ReadonlyMap<string, Operation> | undefined): Answer =>
  methods
    ? {
        ...authError('unimplemented', 'no such method', 405),
        headers: { allow: [...methods.keys()].join(', ') },
      }
    : gatewayError('INVALID_PATH', 'no such path', 404, requestId)
