import type { ActiveFault } from '../faults/active-faults.ts'
import type { Fault } from '../faults/fault.ts'
import type { IssuedToken, IssueTokenOptions } from '../service/token-store.ts'
import type { RecordedRequest } from './request-log.ts'

/** `Symbol.asyncDispose` where the compiler's `lib` knows it; not every project's does. */
type DisposeKey = SymbolConstructor extends { readonly asyncDispose: infer Key extends symbol } ? Key : never

/** A running mock of the auth service. */
export interface AuthMock extends Record<DisposeKey, () => Promise<void>> {
  /** Its origin, without a trailing slash. */
  readonly url: string
  readonly clientId: string
  /** The certificate of its HTTPS in PEM, for clients to trust; `undefined` with plain HTTP. */
  readonly certificate: string | undefined
  /**
   * Issues a token that the mock knows from now on. Of what `options` name, guards refuse the subjects `anon` and `service_role` and the
   * scope `server`, because those are keys and servers, not users.
   *
   * @throws {AuthConfigurationError} for an unknown option or a wrong value
   *
   * @example
   * ```ts
   * const token = mock.issueToken({ sub: '42', scope: 'user', expiresIn: 60 })
   * await auth.verifyToken(token) // active, for one minute of the mock's clock
   * ```
   */
  readonly issueToken: (options?: IssueTokenOptions) => string
  /**
   * Ends a token at once; a dead one stays dead.
   *
   * @throws {AuthConfigurationError} when the mock has not issued it
   *
   * @example
   * ```ts
   * mock.revoke(token)
   * await auth.verifyToken(token) // { active: false, reason: 'rejected' }
   * ```
   */
  readonly revoke: (token: string) => void
  /**
   * Lists every token issued, with its state by the mock's clock.
   *
   * @example
   * ```ts
   * const revoked = mock.tokens().filter(({ state }) => state === 'revoked')
   * expect(revoked.map(({ sub }) => sub)).toEqual(['42'])
   * ```
   */
  readonly tokens: () => readonly IssuedToken[]
  /**
   * Lists the last requests, oldest first, without their credentials: at most 10,000 of them, and 8 MiB of headers and bodies.
   *
   * @example
   * ```ts
   * await auth.revokeToken(token)
   * const last = mock.requests().at(-1)
   * expect(last?.operation).toBe('revokeToken')
   * ```
   */
  readonly requests: () => readonly RecordedRequest[]
  /**
   * Makes matching requests fail. Of several faults that match, the oldest hits.
   *
   * @returns a function that ends the fault
   * @throws {AuthConfigurationError} for an unknown field, a wrong value, or a fault that does nothing
   *
   * @example
   * ```ts
   * const heal = mock.fail({ operation: 'verifyToken', status: 503 })
   * await expect(auth.verifyToken(token)).rejects.toThrow('status 503')
   * heal()
   * ```
   */
  readonly fail: (fault: Fault) => () => void
  /**
   * Lists the faults in force, oldest first.
   *
   * @example
   * ```ts
   * mock.fail({ status: 503, times: 2 })
   * const [fault] = mock.faults()
   * console.log(fault?.hits) // 0 before the first request
   * ```
   */
  readonly faults: () => readonly ActiveFault[]
  /**
   * Signs new tokens with a new key. `GET /auth/v1/certs` keeps the keys before it, unless `dropOld` is true; tokens stay what they are.
   *
   * @example
   * ```ts
   * mock.rotateKeys({ dropOld: true })
   * const token = mock.issueToken() // signed with the new key
   * ```
   */
  readonly rotateKeys: (options?: RotateKeysOptions) => void
  /**
   * Moves the mock's clock forward.
   *
   * @param ms milliseconds, 0 or more; the clock stays before the year 10000
   * @throws {AuthConfigurationError} for a negative number, no number, or a later year
   *
   * @example
   * ```ts
   * const token = mock.issueToken({ expiresIn: 60 })
   * mock.advance(61_000) // the token has expired by the mock's clock
   * ```
   */
  readonly advance: (ms: number) => void
  /**
   * Makes everything as it was at the start: tokens, sessions, requests, faults, keys and the clock. Clients in the process of the mock
   * forget that they have revoked its tokens; a verifier does not, so that each test makes its own.
   *
   * @example
   * ```ts
   * afterEach(() => {
   *   mock.reset()
   * })
   * ```
   */
  readonly reset: () => void
  /**
   * Ends every connection and frees the port.
   *
   * @example
   * ```ts
   * const mock = await startAuthMock()
   * await mock.close() // `await using mock = …` does it at the end of the block
   * ```
   */
  readonly close: () => Promise<void>
}

/** How keys are rotated. */
export interface RotateKeysOptions {
  /** Leaves the keys so far out of the JWK set, as after a leak. @default false */
  readonly dropOld?: boolean | undefined
}
