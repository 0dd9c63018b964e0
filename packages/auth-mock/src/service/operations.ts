import { operations as spec } from '@tokenward/auth-core'
import type { Perform } from './service.ts'
import { getUser, refreshToken, signInAnonymously, signOut } from './session-operations.ts'
import { getCerts, revokeToken, verifyToken } from './token-operations.ts'

/** The operations that the mock answers: those of the spec, and what the vendor's SDK needs besides. */
export type Operation = keyof typeof spec | 'signInAnonymously' | 'refreshToken' | 'signOut' | 'getUser'

/** Where an operation is served, and what carries it out. */
export interface Route {
  readonly method: string
  readonly path: string
  readonly perform: Perform
}

export const operations: Readonly<Record<Operation, Route>> = {
  verifyToken: { ...spec.verifyToken, perform: verifyToken },
  revokeToken: { ...spec.revokeToken, perform: revokeToken },
  getCerts: { ...spec.getCerts, perform: getCerts },
  signInAnonymously: { method: 'post', path: '/auth/v1/signin/anonymously', perform: signInAnonymously },
  refreshToken: { method: 'post', path: '/auth/v1/token', perform: refreshToken },
  signOut: { method: 'post', path: '/auth/v1/user/signout', perform: signOut },
  getUser: { method: 'get', path: '/auth/v1/user/me', perform: getUser },
}

/** The name of every operation. */
export const operationNames = Object.keys(operations) as readonly Operation[]

const byPath = new Map<string, Map<string, Operation>>()
for (const name of operationNames) {
  const { method, path } = operations[name]
  byPath.set(path, (byPath.get(path) ?? new Map<string, Operation>()).set(method.toUpperCase(), name))
}

/** Finds what is served at a path: an operation for each method. */
export function operationsAt(path: string): ReadonlyMap<string, Operation> | undefined {
  return byPath.get(path)
}
