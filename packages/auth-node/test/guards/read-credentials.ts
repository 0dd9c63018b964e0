// What a guard makes of a request's headers: the decision of `createAuthenticate`, in one word.
import {
  createAuthenticate,
  createTokenVerifier,
  type Credentials,
  type GuardOptions,
} from '../../src/index.ts'
import { fakeService } from '../fake-service.ts'

export interface SentRequest {
  readonly method?: string
  readonly url?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** The part of a request that decides, as `node:http` has it. */
export function toCredentials({ method = 'GET', url = '/', headers = {} }: SentRequest): Credentials {
  return { method, url, headers, authorization: headers['authorization'] }
}

/**
 * Makes a function that resolves to the token that a guard has let in, to `none` where it let a request in without one, or to the
 * reason of the refusal.
 */
export function readWith(options: GuardOptions<SentRequest>): (request: SentRequest) => Promise<string> {
  const service = fakeService()
  const { verifyToken } = service.auth.withResponse
  let asked = ''
  const withResponse = {
    ...service.auth.withResponse,
    verifyToken: ((token, request) => {
      asked = token
      return verifyToken(token, request)
    }) satisfies typeof verifyToken,
  }
  return async (request) => {
    let reason = ''
    const verifier = createTokenVerifier({ ...service.auth, withResponse })
    const decide = createAuthenticate<SentRequest>(verifier, {
      ...options,
      onChallenge(challenge) {
        reason = `${challenge.status} ${challenge.reason}`
        return {}
      },
    })
    const { identity, refusal } = await decide(toCredentials(request), request)
    if (refusal) return reason
    return identity ? asked : 'none'
  }
}
