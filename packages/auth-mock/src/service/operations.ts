import { operations as contract } from '@tokenward/auth-core'
import type { Answer, Arrival } from '../http/answer.ts'
import type { Fault } from '../faults/fault.ts'
import type { SessionBook } from './session-store.ts'
import { getUser, refreshToken, signInAnonymously, signOut } from './session-operations.ts'
import type { TokenLedger } from './token-store.ts'
import { revokeToken, verifyToken } from './token-operations.ts'

/** The operations that the mock answers. */
export type Operation = keyof typeof contract | 'signInAnonymously' | 'refreshToken' | 'signOut' | 'getUser'

/** What the operations work on. */
export interface Service {
  readonly ledger: TokenLedger
  readonly sessions: SessionBook
  readonly now: () => number
}

/** Where an operation is served, and by what. */
export interface Route {
  readonly method: string
  readonly path: string
  readonly perform: (service: Service, arrival: Arrival, fault?: Fault) => Answer
}

/** Every operation: the two of the contract, and what the vendor's SDK needs besides. */
export const operations: Readonly<Record<Operation, Route>> = {
  verifyToken: { ...contract.verifyToken, perform: verifyToken },
  revokeToken: { ...contract.revokeToken, perform: revokeToken },
  signInAnonymously: { method: 'post', path: '/auth/v1/signin/anonymously', perform: signInAnonymously },
  refreshToken: { method: 'post', path: '/auth/v1/token', perform: refreshToken },
  signOut: { method: 'post', path: '/auth/v1/user/signout', perform: signOut },
  getUser: { method: 'get', path: '/auth/v1/user/me', perform: getUser },
}

/** Tells whether a string names an operation. */
export const isOperation = (name: unknown): name is Operation =>
  typeof name === 'string' && Object.hasOwn(operations, name)

const byPath = new Map<string, Map<string, Operation>>()
for (const name of Object.keys(operations)) {
  if (!isOperation(name)) continue
  const { method, path } = operations[name]
  byPath.set(path, (byPath.get(path) ?? new Map<string, Operation>()).set(method.toUpperCase(), name))
}

/** Finds what is served at a path: an operation for each method. */
export const operationsAt = (path: string): ReadonlyMap<string, Operation> | undefined => byPath.get(path)
