// The tests' side of relay-server.ts, for pages.
import { inject } from 'vitest'

const { relay, url } = inject('service')

/** Where the mock is. */
export const baseUrl: string = url

async function ask(command: string, body: object): Promise<string> {
  const response = await fetch(`${relay}/${command}`, { method: 'POST', body: JSON.stringify(body) })
  return (await response.json()) as string
}

export const issueToken = (options: object = {}): Promise<string> => ask('issue', options)
export const stateOf = (token: string): Promise<string> => ask('state', { token })
/** Makes requests with one token fail; resolves to the function that ends it. */
export async function fail(fault: {
  token: string
  status?: number
  delayMs?: number
}): Promise<() => Promise<string>> {
  const id = await ask('fail', fault)
  return () => ask('heal', { id })
}
