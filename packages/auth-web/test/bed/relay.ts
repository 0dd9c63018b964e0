// The tests' side of relay-server.ts, for pages.
import { inject } from 'vitest'

const { relay, url, foreignUrl: foreign } = inject('service')

/** Where the mock is. */
export const baseUrl: string = url
/** Where a mock is that does not know this page's origin. */
export const foreignUrl: string = foreign

async function ask<Answer = string>(command: string, body: object): Promise<Answer> {
  const response = await fetch(`${relay}/${command}`, { method: 'POST', body: JSON.stringify(body) })
  return (await response.json()) as Answer
}

export const issueToken = (options: object = {}): Promise<string> => ask('issue', options)
export const stateOf = (token: string): Promise<string> => ask('state', { token })
/** The device ids of all requests so far. */
export const devices = (): Promise<string[]> => ask<string[]>('devices', {})
/** Makes requests with one token, or of one operation, fail; resolves to the function that ends it. */
export async function fail(fault: {
  token?: string
  operation?: string
  times?: number
  status?: number
  delayMs?: number
}): Promise<() => Promise<string>> {
  const id = await ask('fail', fault)
  return () => ask('heal', { id })
}
