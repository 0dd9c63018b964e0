import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { CliError } from '../terminal/exit-codes.ts'

/**
 * Keeps other runs on this machine off a journal, until the returned function is called or the process ends.
 *
 * Each run leaves a file with its process id in its name, and then looks for those of others: of two that begin at once, at least one
 * sees the other. What a killed run left behind names a process that is gone, and is cleared away.
 *
 * @throws {CliError} when another run is using the journal, or when nothing can be written beside it
 */
export function lockJournal(path: string): () => void {
  const own = lockOf(path, process.pid)
  try {
    writeFileSync(own, '', { mode: 0o600 })
  } catch (error) {
    throw notWritten(path, error)
  }
  const unlock = (): void => {
    process.off('exit', unlock)
    rmSync(own, { force: true })
  }
  process.once('exit', unlock)
  for (const pid of holders(path)) {
    const lock = lockOf(path, pid)
    if (pid === process.pid) continue
    if (isRunning(pid)) {
      unlock()
      throw new CliError(
        `another run, process ${pid}, is using the journal ${path}; if there is no such run, remove ${lock}`,
      )
    }
    rmSync(lock, { force: true })
  }
  return unlock
}

/** Words the failure to write a journal, or beside it. */
export function notWritten(path: string, error: unknown): CliError {
  const { code } = error as NodeJS.ErrnoException
  return new CliError(`the journal ${path} cannot be written (${code}); see --journal`)
}

const lockOf = (path: string, pid: number): string => `${path}.${pid}.lock`

function holders(path: string): number[] {
  const name = `${basename(path)}.`
  return readdirSync(dirname(path))
    .filter((file) => file.startsWith(name))
    .map((file) => Number(/^(\d+)\.lock$/.exec(file.slice(name.length))?.[1]))
    .filter((pid) => pid > 0)
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    // Somebody else's process is one, too.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
