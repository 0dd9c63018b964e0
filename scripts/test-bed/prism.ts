// Prism, the judge: serves the spec's examples, or stands in front of a server and refuses what the spec does not allow.
import { fileURLToPath } from 'node:url'
import { getHttpOperationsFromSpec } from '@stoplight/prism-http'
import { createServer } from '@stoplight/prism-http-server'

const ownSpec = fileURLToPath(new URL('../../spec/auth.openapi.yaml', import.meta.url))
const ignore = (): void => undefined
const logger = {
  info: ignore,
  warn: ignore,
  error: ignore,
  debug: ignore,
  trace: ignore,
  fatal: ignore,
  success: ignore,
  child: () => logger,
}

/** What Prism does. */
export interface PrismOptions {
  /** The spec that it serves: a file, or the document itself. Default: the spec of this repository. */
  readonly spec?: string | object
  /** The server to stand in front of. Without one, Prism answers with the spec's examples. */
  readonly upstream?: string
}

/** A running Prism. */
export interface Prism extends AsyncDisposable {
  /** Where it listens, without a slash at the end. */
  readonly url: string
  close(): Promise<void>
}

/**
 * Starts Prism on a free port of 127.0.0.1.
 *
 * `Prefer: code=401, example=unauthenticated` chooses the answer. With `upstream`, an answer that the spec does not
 * allow becomes a 500 of type application/problem+json. A request without a token is refused here, except before an
 * `upstream`, whose own refusal is then judged. Never send a malformed JSON body: Prism does not answer it.
 */
export async function startPrism({ spec = ownSpec, upstream }: PrismOptions = {}): Promise<Prism> {
  const rules = {
    checkSecurity: upstream === undefined,
    validateRequest: true,
    validateResponse: true,
    errors: true,
    mock: { dynamic: false },
    upstreamProxy: undefined,
  }
  const server = createServer(await getHttpOperationsFromSpec(spec), {
    components: { logger },
    cors: true,
    config:
      upstream === undefined
        ? { ...rules, isProxy: false }
        : { ...rules, isProxy: true, upstream: new URL(upstream) },
  })
  const url = await server.listen(0, '127.0.0.1')
  const close = (): Promise<void> => server.close()
  return { url, close, [Symbol.asyncDispose]: close }
}
