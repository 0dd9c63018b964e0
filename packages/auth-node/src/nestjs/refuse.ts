import { type ExecutionContext, HttpException } from '@nestjs/common'
import type { Refusal } from '../guards/authenticate.ts'

/** What NestJS makes the answer of. A text becomes the `message`, as NestJS itself has it. */
function readBody({ body, status }: Refusal): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(body)
    if (typeof parsed === 'object' && parsed !== null) return parsed as Record<string, unknown>
  } catch {
    // A text, or nothing.
  }
  return { statusCode: status, message: body }
}

/** Express has `setHeader`, Fastify `header`. */
interface HttpAnswer {
  readonly setHeader?: (name: string, value: string) => void
  readonly header: (name: string, value: string) => void
}

function setHeaders(context: ExecutionContext, { headers }: Refusal): void {
  const response = context.switchToHttp().getResponse<HttpAnswer>()
  for (const [name, value] of Object.entries(headers)) {
    // The exception filter sends JSON, also for a text.
    if (name === 'content-type' && !value.includes('json')) continue
    if (response.setHeader) response.setHeader(name, value)
    else response.header(name, value)
  }
}

/** The error that gateways answer with an event `exception`; they hide any other. Loaded here, because most applications have no gateway. */
async function createWsException(details: object): Promise<Error> {
  // Behind a name, so that bundlers leave it to the application.
  const name = '@nestjs/websockets'
  const { WsException } = (await import(name)) as { WsException: new (details: object) => Error }
  return new WsException(details)
}

/** Throws what NestJS answers a call with that is refused. */
export async function refuse(context: ExecutionContext, refusal: Refusal): Promise<never> {
  const { status } = refusal
  const body = readBody(refusal)
  const type = context.getType<string>()
  if (type === 'ws') throw await createWsException({ status: 'error', statusCode: status, ...body })
  if (type === 'http') {
    setHeaders(context, refusal)
    throw new HttpException(body, status)
  }
  // Drivers of GraphQL take an exception for one of HTTP by its statusCode.
  const { error_description: description } = body
  throw new HttpException({ statusCode: status, message: description, ...body }, status)
}
