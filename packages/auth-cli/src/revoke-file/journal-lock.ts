import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, readlinkSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { notWritten } from '../bulk/output-file.ts'
import { codeOf } from '../terminal/code-of.ts'
import { CliError } from '../terminal/exit-codes.ts'

/** How often a run touches its lock, in milliseconds, and how long one must stay untouched to count as left behind. */
const beatMs = 1_000
const patienceMs = 10_000

/** A journal that belongs to this run. */
export interface JournalLock {
  /** Whether it still does: a process that was stopped for a while may find that another run took the journal for left behind. */
  readonly isHeld: () => boolean
  readonly release: () => void
}

/** What a lock is told about its surroundings; tests stand in for a container. */
export interface LockOptions {
  /** Names the processes that see each other's ids. @default {@link findProcessSpace} */
  readonly processSpace?: string
  /** Told when the lock of another container or machine has to be watched first. */
  readonly onWatch?: (lock: string) => void
}

/**
 * Keeps other runs off a journal, until it is released or the process ends.
 *
 * Each run writes a lock file with its process id in the name, and then looks for the lock files of other runs. Of two runs that begin at
 * the same time, at least one finds the other's file.
 *
 * The process of a lock file can only be looked up from the same container or machine: two containers on one volume may both have a
 * process 7. So the name also tells the container or machine, and each run touches its own file every second. A run watches a file of
 * another container or machine: when it stays untouched for ten seconds, its run has ended. The run compares the file's time only with an
 * earlier time of the same file, so the clocks of two machines may differ.
 *
 * @throws {CliError} when another run is using the journal, or when nothing can be written beside it
 */
export async function lockJournal(path: string, options: LockOptions = {}): Promise<JournalLock> {
  const { processSpace = findProcessSpace(), onWatch } = options
  const own = `${path}.${process.pid}.${processSpace}.lock`
  try {
    // A process that had this id before may have left it behind. A link of that name is removed, not followed.
    rmSync(own, { force: true })
    writeFileSync(own, '', { mode: 0o600, flag: 'wx' })
  } catch (error) {
    throw notWritten({ what: 'journal', path }, error)
  }
  let isHeld = true
  const beat = setInterval(() => (isHeld &&= touch(own)), beatMs).unref()
  const release = (): void => {
    clearInterval(beat)
    process.off('exit', release)
    rmSync(own, { force: true })
  }
  process.once('exit', release)
  try {
    for (const { file, pid, space } of findLocks(path)) {
      if (file === own) continue
      const isVisible = space === processSpace
      if (isVisible ? isRunning(pid) : await isTouched(file, onWatch)) {
        const where = isVisible ? '' : ' of another container or machine'
        throw new CliError(
          `another run, process ${pid}${where}, is using the journal ${path}; if there is no such run, remove ${file}`,
        )
      }
      rmSync(file, { force: true })
    }
  } catch (error) {
    release()
    throw error
  }
  return { isHeld: () => isHeld, release }
}

/** Names the processes that see each other's ids: those of one PID namespace of one running kernel, or of one machine. */
export function findProcessSpace(): string {
  let name: string
  try {
    name = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8') + readlinkSync('/proc/self/ns/pid')
  } catch {
    name = hostname()
  }
  return createHash('sha256').update(name).digest('hex').slice(0, 12)
}

interface Lock {
  readonly file: string
  readonly pid: number
  readonly space: string
}

function findLocks(path: string): Lock[] {
  const folder = dirname(path)
  const prefix = `${basename(path)}.`
  return readdirSync(folder).flatMap((name) => {
    const parts = name.startsWith(prefix)
      ? /^([1-9]\d*)\.([\da-f]{12})\.lock$/.exec(name.slice(prefix.length))
      : null
    const [, pid = '', space = ''] = parts ?? []
    return parts ? [{ file: join(folder, name), pid: Number(pid), space }] : []
  })
}

function isRunning(pid: number): boolean {
  try {
    // Where nobody waits for its end, as in many containers, a process that was killed stays as a zombie.
    return process.kill(pid, 0) && !/\) Z/.test(readState(pid))
  } catch (error) {
    // A process of another user exists as well.
    return codeOf(error) === 'EPERM'
  }
}

/** What Linux says of a process, such as `7 (node) S 1 …`; nothing elsewhere. */
function readState(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch {
    return ''
  }
}

/** Watches a lock until it is touched, or gone, or has been left alone for long enough. */
async function isTouched(file: string, onWatch: LockOptions['onWatch']): Promise<boolean> {
  const first = touchedAt(file)
  if (first === undefined) return false
  onWatch?.(file)
  const end = performance.now() + patienceMs
  while (performance.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 250))
    const now = touchedAt(file)
    if (now !== first) return now !== undefined
  }
  return false
}

function touchedAt(file: string): number | undefined {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs
}

/** @returns whether the file is still there */
function touch(file: string): boolean {
  try {
    const now = new Date()
    utimesSync(file, now, now)
    return true
  } catch (error) {
    return codeOf(error) !== 'ENOENT'
  }
}
