import { type CryptoKey, importJWK, type JWK } from 'jose'
import { allowsSharedRequests } from '../runtime/shared-requests.ts'

/** The service's public keys, by their `kid`. */
export interface KeySet {
  /** Resolves to the key; `undefined` where it is not known: the service may sign with a key before it shows it. */
  readonly find: (kid: string) => Promise<CryptoKey | Uint8Array | undefined>
}

/** How long the keys are left alone after they were fetched, or could not be. */
const pauseMs = 30_000
/** How long a check waits for the keys; then it goes on without them. */
const patienceMs = 1_000

async function importKeys(jwks: readonly JWK[]): Promise<Map<string, CryptoKey | Uint8Array>> {
  const keys = new Map<string, CryptoKey | Uint8Array>()
  for (const jwk of jwks) {
    if (jwk.kty !== 'RSA' || typeof jwk.kid !== 'string') continue
    // A key that cannot be read leaves the others in use.
    const key = await importJWK(jwk, 'RS256').catch(() => undefined)
    if (key) keys.set(jwk.kid, key)
  }
  return keys
}

/**
 * @param fetchKeys resolves to the JWK set of the service; may reject
 * @param sharesFetch whether one check may wait for the keys that another one fetches
 */
export function createKeySet(
  fetchKeys: () => Promise<readonly JWK[]>,
  sharesFetch: boolean = allowsSharedRequests(),
): KeySet {
  let keys = new Map<string, CryptoKey | Uint8Array>()
  let fetchedAt = -Infinity
  let fetching: Promise<void> | undefined

  async function refresh(): Promise<void> {
    fetchedAt = performance.now()
    try {
      const fetched = await importKeys(await fetchKeys())
      // A set without a usable key is not the service's: the keys so far stay.
      if (fetched.size > 0) keys = fetched
    } catch {
      // An outage of the keys is no verdict.
    } finally {
      fetching = undefined
    }
  }

  return {
    async find(kid) {
      const known = keys.get(kid)
      if (known) return known
      // Also while keys are being fetched: on Workers a fetch never settles once the request that has begun it is over.
      const isDue = performance.now() - fetchedAt >= pauseMs
      if (isDue) fetching = refresh()
      if (!fetching || !(isDue || sharesFetch)) return undefined
      let timer: ReturnType<typeof setTimeout> | undefined
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, patienceMs)
      })
      await Promise.race([fetching, late])
      clearTimeout(timer)
      return keys.get(kid)
    },
  }
}
