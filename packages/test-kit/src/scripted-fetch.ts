import { expect, onTestFinished } from 'vitest'

/** What a client hands to its `fetch`, as far as the fakes read it. */
export interface SentInit {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
  readonly signal: AbortSignal
  readonly redirect: 'manual'
  readonly keepalive?: boolean
}

/** The part of `fetch` that a client uses. */
export type SentFetch<Init extends SentInit = SentInit> = (url: string, init: Init) => Promise<Response>

/** What the script does with one request: it answers, or fails as a platform's `fetch` would. */
export type Reply<Init extends SentInit = SentInit> = Response | Error | SentFetch<Init>

export interface ScriptedFetch<Init extends SentInit = SentInit> {
  readonly fetch: SentFetch<Init>
  /** Every request so far, as it was handed over. */
  readonly requests: { readonly url: string; readonly init: Init }[]
}

/** Gives one reply after the other. The test fails when a reply is left over, or when a request comes for which there is none. */
export function scriptedFetch<Init extends SentInit = SentInit>(
  ...replies: Reply<Init>[]
): ScriptedFetch<Init> {
  const requests: { readonly url: string; readonly init: Init }[] = []
  onTestFinished(() => expect(requests.length, 'requests sent').toBe(replies.length))
  return {
    requests,
    async fetch(url, init) {
      const reply = replies[requests.length]
      requests.push({ url, init })
      if (reply === undefined) throw new Error('one request too many')
      if (reply instanceof Error) throw reply
      return typeof reply === 'function' ? reply(url, init) : reply
    },
  }
}

/** An answer of JSON. */
export function json(body: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Response {
  return Response.json(body, { status, headers })
}

/** What the service says of itself while it is down. */
export const outageBody = { error: 'unavailable', error_code: 14 } as const

/** The service's answer while it is down: 503 with its own error. */
export function outage(): Response {
  return json(outageBody, 503)
}

/** A reply that never comes, and that ignores its signal. */
export function silence(): Promise<Response> {
  return new Promise(() => undefined)
}
