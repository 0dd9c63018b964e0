import { onTestFinished } from 'vitest'
import {
  type AuthClient,
  createTokenVerifier as create,
  type TokenVerifier,
  type TokenVerifierOptions,
} from '../src/index.ts'

/** Creates a verifier that is closed at the end of the test: each one that is open hears of every revocation of the process. */
export function createTokenVerifier(auth: AuthClient, options?: TokenVerifierOptions): TokenVerifier {
  const verifier = create(auth, options)
  onTestFinished(() => verifier.close())
  return verifier
}
