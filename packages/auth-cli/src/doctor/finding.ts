/** What one look at the set-up found. */
export interface Finding {
  readonly check:
    | 'host'
    | 'proxy'
    | 'dns'
    | 'tls'
    | 'answer'
    | 'clock'
    | 'latency'
    | 'origin'
    | 'device id'
    | 'token itself'
    | 'token at the service'
  /** `skip`: not looked at, and why. */
  readonly status: 'ok' | 'warn' | 'fail' | 'skip'
  readonly message: string
  /** What to do about it. */
  readonly advice?: string
  /** What the token says of itself, redacted. */
  readonly claims?: Readonly<Record<string, unknown>>
}
