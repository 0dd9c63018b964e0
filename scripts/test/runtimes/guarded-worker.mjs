// A worker with one verifier for all requests, as an application has it.
import { createAuthClient, createTokenVerifier } from '@tokenward/auth-node'
import { requireToken } from '@tokenward/auth-node/fetch'

let handler

export default {
  fetch(request) {
    const baseUrl = request.headers.get('x-service')
    handler ??= requireToken(createTokenVerifier(createAuthClient({ baseUrl, clientId: 'my-env' })))(
      (_request, identity) => new Response(identity.sub),
    )
    return handler(request)
  },
}
