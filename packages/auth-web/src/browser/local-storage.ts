import { quietly } from '@tokenward/auth-core'

/** Reads `localStorage`; `undefined` where it is blocked. */
export function readLocal(key: string): string | null | undefined {
  return quietly(() => localStorage.getItem(key))
}

/** Writes to `localStorage`, unless it is blocked or full. */
export function writeLocal(key: string, value: string): void {
  quietly(() => localStorage.setItem(key, value))
}
