import { STATUS_CODES } from 'node:http'

/** An answer, before the server writes it. */
export interface Answer {
  readonly status: number
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
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

/** Every name of a general error. */
export const errorNames = Object.keys(errors) as readonly ErrorName[]

/** Answers with the auth service's error body, and with the status that belongs to the name unless one is given. */
export function authError(error: ErrorName, description: string, status: number = errors[error][0]): Answer {
  return { status, body: { error, error_code: errors[error][1], error_description: description } }
}

/** Answers with the gateway's error body. */
export function gatewayError(code: string, message: string, status: number, requestId: string): Answer {
  return { status, body: { code, message, requestId } }
}

/** Answers a request without credentials as the gateway does, before it reaches the service. */
export function missingCredentials({ requestId }: { readonly requestId: string }): Answer {
  return gatewayError('MISSING_CREDENTIALS', 'credentials are missing', 401, requestId)
}

/** Answers with the service's error that has this status by itself, or else with the gateway's. */
export function errorForStatus(status: number, message: string, requestId: string): Answer {
  const name = errorNames.find((known) => errors[known][0] === status)
  if (name) return authError(name, message)
  const code = (STATUS_CODES[status] ?? 'unknown').toUpperCase().replaceAll(/\W+/g, '_')
  return gatewayError(code, message, status, requestId)
}
