import type { AuthClient } from '../../src/index.ts'

/** A sign-in or refresh whose answer comes when the test says so. */
export function begin(auth: AuthClient, token: string): { answer: () => Promise<boolean> } {
  let resolve: (token: string) => void = () => undefined
  const kept = auth.updateSession(() => new Promise((done) => (resolve = done)))
  return {
    answer() {
      resolve(token)
      return kept
    },
  }
}
