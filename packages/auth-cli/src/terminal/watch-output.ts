import { codeOf } from './code-of.ts'
import { exitCodes } from './exit-codes.ts'

/**
 * Keeps the process alive when its output cannot be written. A reader that has seen enough, such as `head`, changes nothing. A result that
 * is lost for another reason, such as a full disk, is said on stderr, and ends a process that would have vouched for it with 3.
 */
export function watchOutput(): void {
  let failure = ''
  process.stderr.on('error', () => undefined)
  process.stdout.on('error', (error) => {
    const code = codeOf(error)
    if (code === 'EPIPE' || failure !== '') return
    failure = code || 'unknown'
    process.stderr.write(`error: the result cannot be written to stdout (${failure})\n`)
  })
  // The error may come before the exit code is known, or after it.
  process.on('exit', (exitCode) => {
    if (failure !== '' && exitCode === exitCodes.yes) process.exitCode = exitCodes.unknown
  })
}
