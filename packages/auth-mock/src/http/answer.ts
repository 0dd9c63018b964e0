import { STATUS_CODES, type IncomingHttpHeaders } from 'node:http'

/** What an operation says; the server writes it. */
export interface Answer {
  readonly status: number
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** One request, read to its end. */
export interface Arrival {
  readonly method: string
  readonly path: string
  /** The query, without its question mark. */
  readonly search: string
  readonly requestId: string
  readonly headers: IncomingHttpHeaders
  /** The parsed body; `undefined` when it was empty or unreadable. */
  readonly body: unknown
  /** The answer to a body that cannot be read. */
  readonly refusal: Answer | undefined
  /** The bearer token in Authorization. */
  readonly bearer: string | undefined
}

const errors = {
  invalid_argument: [400, 3],
  failed_precondition: [400, 9],
  out_of_range: [400, 11],
  unauthenticated: [401, 16],
  permission_denied: [403, 7],
  not_found: [404, 5],
  already_exists: [409, 6],
  aborted: [409, 10],
  resource_exhausted: [429, 8],
  cancelled: [499, 1],
  unknown: [500, 2],
  internal: [500, 13],
  data_loss: [500, 15],
  unimplemented: [501, 12],
  unavailable: [503, 14],
  deadline_exceeded: [504, 4],
} as const

/** The names of the service's general errors, which are those of gRPC. */
export type ErrorName = keyof typeof errors

/** Tells whether a string is one of the service's general error names. */
export const isErrorName = (name: unknown): name is ErrorName =>
  typeof name === 'string' && Object.hasOwn(errors, name)

/** Answers with the auth service's error body, and the status that belongs to the name unless one is given. */
export const authError = (
  error: ErrorName,
  description: string,
  status: number = errors[error][0],
): Answer => ({
  status,
  body: { error, error_code: errors[error][1], error_description: description },
})

/** Answers with the gateway's error body. */
export const gatewayError = (code: string, message: string, status: number, requestId: string): Answer => ({
  status,
  body: { code, message, requestId },
})

/** Answers a request without credentials as the gateway does, before it reaches the service. */
export const missingCredentials = ({ requestId }: Arrival): Answer =>
  gatewayError('MISSING_CREDENTIALS', 'credentials are missing', 401, requestId)

/** Answers with the service's error whose natural status this is, or else the gateway's. */
export const errorForStatus = (status: number, requestId: string): Answer => {
  const name = Object.keys(errors).find((known) => isErrorName(known) && errors[known][0] === status)
  if (isErrorName(name)) return authError(name, toldSo)
  const code = (STATUS_CODES[status] ?? 'unknown').toUpperCase().replaceAll(/\W+/g, '_')
  return gatewayError(code, toldSo, status, requestId)
}

/** What the error of a fault says of itself. */
export const toldSo = 'the mock was told to fail'
