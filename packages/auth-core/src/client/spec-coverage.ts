// Fails to compile when the spec says something of revokeToken or verifyToken that this package does not handle yet. Mend the place that
// each line names, then the line. Other operations are called through `auth.api` and need nothing here. Types only: nothing of this file
// reaches the bundle.
import type { components, operations } from '../generated/schema.ts'

type Operation = 'revokeToken' | 'verifyToken'
type AnyOf<Members> = Members extends unknown ? Members[keyof Members] : never
/** The names in each member of a union: `keyof` alone finds those that stand in all of them. */
type NameIn<Members> = Members extends unknown
  ? keyof { [Name in keyof Members as string extends Name ? never : Name]: never }
  : never
type Exactly<Spec, Handled> = [Exclude<Spec, Handled>, Exclude<Handled, Spec>] extends [never, never]
  ? true
  : { readonly notHandledYet: Exclude<Spec, Handled>; readonly notInTheSpec: Exclude<Handled, Spec> }
type Holds<Claim extends true> = Claim

/** What of the spec is handled, and where. */
export type Contract = [
  /** Methods of `create-auth-client.ts`. */
  Holds<Exactly<Exclude<Operation, keyof operations>, never>>,
  /** Sent by `create-auth-client.ts` and `connection.ts`. */
  Holds<Exactly<NameIn<operations[Operation]['parameters']['query']>, 'client_id'>>,
  Holds<Exactly<NameIn<operations[Operation]['parameters']['header']>, 'x-device-id'>>,
  Holds<Exactly<NonNullable<operations[Operation]['parameters']['path' | 'cookie']>, never>>,
  /** Judged by `verdict.ts`, and tried again or not by `send.ts`. */
  Holds<
    Exactly<
      NameIn<operations[Operation]['responses']>,
      200 | 400 | 401 | 403 | 404 | 429 | 500 | 503 | 'default'
    >
  >,
  /** Read by `request-id.ts` and `retry-after.ts`. */
  Holds<
    Exactly<NameIn<AnyOf<operations[Operation]['responses']>['headers']>, 'x-request-id' | 'retry-after'>
  >,
  /** Handed to the user as they are: tell them in the READMEs. */
  Holds<Exactly<keyof components['schemas']['TokenInfo'], 'client_id' | 'scope' | 'sub' | 'token_type'>>,
  /** Read by `verdict.ts`. */
  Holds<
    Exactly<
      keyof components['schemas']['ErrorBody'],
      'code' | 'details' | 'error' | 'error_code' | 'error_description'
    >
  >,
  Holds<Exactly<keyof components['schemas']['GatewayErrorBody'], 'code' | 'message' | 'requestId'>>,
]
