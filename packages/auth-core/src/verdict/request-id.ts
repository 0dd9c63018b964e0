import { redact } from '../errors/redact.ts'
import { readField } from './read-field.ts'

/** The part of an answer in which the service says under which id it logged the request. */
interface IdentifiedAnswer {
  readonly headers: { get(name: string): string | null }
  readonly value: unknown
}

/** Finds the id to quote to the vendor's support: in a header, or in the body; the vendor's own SDKs look in all five places. */
export function readRequestId({ headers, value }: IdentifiedAnswer, secret: string): string | undefined {
  const header = headers.get('x-request-id') ?? headers.get('seqid') ?? headers.get('requestid')
  return redact(header ?? readField(value, 'request_id') ?? readField(value, 'requestId'), secret)
}
