import { orUndefined } from './or-undefined.ts'

/** Reads `localStorage`; `undefined` where it is blocked. */
export function readLocal(key: string): string | null | undefined {
  return orUndefined(() => localStorage.getItem(key))
}

/** Writes to `localStorage`, unless it is blocked or full. */
export function writeLocal(key: string, value: string): void {
  orUndefined(() => localStorage.setItem(key, value))
}
