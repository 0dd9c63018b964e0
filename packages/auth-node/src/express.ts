import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Decision, GuardOptions } from './guards/authenticate.ts'
import { createAuthenticate } from './index.ts'
import { readNodeRequest } from './guards/node-request.ts'
import type { TokenVerifier, VerifiedToken } from './verifier/token-verifier.ts'

declare global {
  // Where the types of Express, 4 and 5, look for what middleware adds.
  namespace Express {
    interface Request {
      /** Whose token the request carries; set by `requireToken`, `undefined` for nobody. */
      identity?: VerifiedToken | undefined
    }
  }
}

/** A request as Express, 4 or 5, and Connect hand it on. */
export interface GuardedRequest extends IncomingMessage {
  readonly originalUrl?: string
  identity?: VerifiedToken | undefined
}

/** Middleware of Express, 4 or 5, and Connect. */
export type Guard<Request extends GuardedRequest = GuardedRequest> = (
  request: Request,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void

/**
 * Lets only requests with a good token pass, and sets `request.identity`.
 *
 * The rest is answered here: 401 without a good token, 403 without the scopes, 400 for more than one credential, and 503 with
 * `Retry-After` while the service cannot be asked.
 *
 * @throws {AuthConfigurationError} when an option cannot be used
 * @see RFC 6750 section 3
 */
export function requireToken<Request extends GuardedRequest = GuardedRequest>(
  verifier: TokenVerifier,
  options?: GuardOptions<Request>,
): Guard<Request> {
  const authenticate = createAuthenticate(verifier, options)
  return (request, response, next) => {
    const decision = authenticate(readNodeRequest(request, request.originalUrl ?? request.url), request)
    if ('then' in decision)
      decision.then((decided) => act(decided, request, response, next)).then(undefined, next)
    else act(decision, request, response, next)
  }
}

function act(
  { refusal, identity }: Decision,
  request: GuardedRequest,
  response: ServerResponse,
  next: () => void,
): void {
  if (refusal) {
    // The application may have answered meanwhile, such as for taking too long.
    if (response.headersSent) return
    for (const [name, value] of Object.entries(refusal.headers)) response.setHeader(name, value)
    response.statusCode = refusal.status
    response.end(refusal.body)
  } else {
    request.identity = identity
    next()
  }
}
