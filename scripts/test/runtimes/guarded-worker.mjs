// A worker with one verifier for all requests, as an application has it.
import { createAuthClient, createTokenVerifier } from '@tokenward/auth-node'
import { requireToken } from '@tokenward/auth-node/fetch'
import { serviceKeys } from '@tokenward/auth-node/signature'

let handler

function createHandler(baseUrl, hasKeys) {
  const auth = createAuthClient({ baseUrl, clientId: 'my-env' })
  const verifier = createTokenVerifier(auth, hasKeys ? { signature: serviceKeys(auth) } : {})
  return requireToken(verifier)((_request, identity) => new Response(identity.sub))
}

export default {
  fetch(request) {
    handler ??= createHandler(request.headers.get('x-service'), request.headers.has('x-keys'))
    return handler(request)
  },
}
