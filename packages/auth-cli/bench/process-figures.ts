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

// The kernel counts in hundredths of a second, whatever its own clock: see `man 5 proc_pid_stat`.
const ticksPerSecond = 100

/** Processor time that a process has used so far, in seconds, on Linux; `NaN` elsewhere. */
export function processorSeconds({ pid }: ChildProcess): number {
  try {
    // The name of the program may hold blanks; the numbers stand behind it.
    const [, numbers = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ', 2)
    const [user, system] = numbers.split(' ').slice(11, 13).map(Number)
    return ((user ?? Number.NaN) + (system ?? Number.NaN)) / ticksPerSecond
  } catch {
    return Number.NaN
  }
}
