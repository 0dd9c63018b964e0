import type { operations } from '../generated/operations.ts'

/** The name of an operation: the `operationId` of the spec, the method of the client, the word in every error. */
export type OperationName = keyof typeof operations | 'revokeAndVerifyToken'

// Shared by every copy of this package in a process, so that isAuthError holds where instanceof cannot.
const brand = Symbol.for('tokenward.error')

// Through a constructor type, because a class with a computed member cannot be declared in isolation.
export const BaseError: new (
  message: string,
  detail?: string,
) => Error & {
  /** The page of the documentation that says what to do. */
  readonly help: string
} = class extends Error {
  declare readonly code: string;
  [brand](): void {}

  get help(): string {
    return `https://github.com/tokenward/tokenward/blob/main/packages/docs/pages/errors/${this.code}.md`
  }

  constructor(message: string, detail?: string) {
    super(detail ? `${message} (${detail})` : message)
  }
}

/** Tells whether a value is an error of this package, of whatever copy. */
export function isBranded(value: unknown): boolean {
  return brand in Object(value)
}

// Fields of errors are declared alone, because the constructors set them.

/** An error that a call of an operation rejects with. */
export class OperationError extends BaseError {
  declare readonly operation: OperationName

  constructor(operation: OperationName, outcome: string, detail?: string) {
    super(`${operation} ${outcome}`, detail)
    this.operation = operation
  }
}
