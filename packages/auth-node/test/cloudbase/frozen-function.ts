// A cloud function in a process of its own, as its platform runs it: calls come as messages. Arguments: the service's address, the window
// in milliseconds.
import { createAuthClient } from '../../src/client/create-auth-client.ts'
import { requireToken } from '../../src/cloudbase.ts'
import { createTokenVerifier } from '../../src/index.ts'

const [baseUrl = '', revocationWindowMs = ''] = process.argv.slice(2)
const verifier = createTokenVerifier(createAuthClient({ baseUrl, clientId: 'shop' }), {
  revocationWindowMs: Number(revocationWindowMs),
})
const main = requireToken(verifier)((_event: unknown, _context: unknown, { sub }) => ({ sub }))

process.on('message', (event) => {
  main(event, {}).then(
    (result) => process.send?.(result),
    (error: unknown) => process.send?.({ error: String(error) }),
  )
})
