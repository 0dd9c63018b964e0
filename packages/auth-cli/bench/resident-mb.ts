import type { ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** Resident memory of a process in MB, now or at its highest, on Linux; `NaN` elsewhere. */
export function residentMb({ pid }: ChildProcess, field: 'VmRSS' | 'VmHWM'): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    return Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1]) / 1024
  } catch {
    return Number.NaN
  }
}
