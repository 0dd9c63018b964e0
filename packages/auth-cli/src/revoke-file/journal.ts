import { closeSync, createReadStream, fstatSync, fsyncSync, type Stats, writeFileSync } from 'node:fs'
import { notWritten, openForAppending } from '../bulk/output-file.ts'
import { CliError } from '../terminal/exit-codes.ts'
import { hashToken } from '../token-input/hash-token.ts'
import { readLines } from '../token-input/lines.ts'
import { lockJournal, type LockOptions } from './journal-lock.ts'
import { deadOutcomes, type Outcome } from './outcome.ts'

/**
 * What a bulk revocation has done so far, for `--resume`: a first line that says for which service, then one line a token, its
 * SHA-256 and its outcome. A run that waits for a line to be written before it takes the next token forgets none when it is killed.
 */
export interface Journal {
  /** The file itself. */
  readonly stats: Stats
  /** Whether no earlier run has left anything in it. */
  readonly isNew: boolean
  /** Resolves once the line is with the operating system. Lines of one turn of the event loop go there together. */
  readonly append: (hash: string, outcome: Outcome) => Promise<void>
  readonly close: () => void
}

/** What a journal must agree on with the run that goes on with it. */
export interface JournalOptions {
  readonly service: URL
  /** Whose tokens the service is asked about: to another application, it may call a token dead that is alive. */
  readonly clientId?: string | undefined
  readonly confirm: boolean
  readonly resume: boolean
  /** The files that the journal must not be. */
  readonly others?: readonly (Stats | undefined)[]
  readonly onWatch?: LockOptions['onWatch']
}

/** Another run may be using the journal. */
class LockLostError extends Error {
  readonly code = 'ELOCKLOST'
}

/**
 * Opens a journal for this run alone, and hands over each token that it knows to be dead.
 *
 * @throws {CliError} when another run is using it, when there is one already and `resume` is not set, when the file is no journal, and
 * when it belongs to another service or another choice of `confirm`
 */
export async function openJournal(
  path: string,
  { service, clientId = '', confirm, resume, others = [], onWatch }: JournalOptions,
  onDead: (hash: string, outcome: Outcome) => void,
): Promise<Journal> {
  const output = { what: 'journal', path } as const
  const serviceHash = hashToken(`${service.origin}${service.pathname} ${clientId}`)
  const header = `tokenward-journal 1 ${serviceHash}${confirm ? ' confirm' : ''}`
  const lock = await lockJournal(path, onWatch ? { onWatch } : {})
  const file = openForAppending(output, others)
  const stats = fstatSync(file)
  const writeAll = (text: string): void => {
    try {
      writeFileSync(file, text)
    } catch (error) {
      throw notWritten(output, error)
    }
  }
  // A run that could not begin leaves nothing behind, or the first line alone.
  const isNew = stats.size <= header.length + 1
  if (!isNew && !resume)
    throw new CliError(`there is a journal of an earlier run, ${path}: go on with --resume, or remove it`)
  if (stats.size === 0) writeAll(`${header}\n`)
  // A last line that a crash cut off is ended; it names no outcome.
  else if (await load(file, header, onDead)) writeAll('\n')
  let lines = ''
  let written: Promise<void> | undefined
  const write = (): void => {
    const text = lines
    lines = ''
    written = undefined
    writeAll(text)
  }
  return {
    stats,
    isNew,
    append(hash, outcome) {
      if (!lock.isHeld()) throw new LockLostError('the lock of the journal is gone')
      lines += `${hash} ${outcome}\n`
      return (written ??= new Promise(setImmediate).then(write))
    },
    close: () => {
      try {
        // Until here, a power cut may lose lines; their tokens are then revoked once more.
        fsyncSync(file)
      } catch (error) {
        throw notWritten(output, error)
      } finally {
        closeSync(file)
        lock.release()
      }
    },
  }
}

/** @returns whether the last line was cut off */
async function load(
  file: number,
  header: string,
  onDead: (hash: string, outcome: Outcome) => void,
): Promise<boolean> {
  let endsWithNewline = true
  async function* chunks(): AsyncGenerator<Buffer> {
    for await (const chunk of createReadStream('', {
      fd: file,
      autoClose: false,
      start: 0,
    }) as AsyncIterable<Buffer>) {
      endsWithNewline = chunk.at(-1) === 0x0a
      yield chunk
    }
  }
  for await (const { number, text = '' } of readLines(chunks())) {
    if (number === 1 && text !== header) throw mismatch(text, header)
    const [hash = '', word] = text.split(' ')
    const outcome = deadOutcomes.find((dead) => dead === word)
    if (outcome && /^[\w-]{43}$/.test(hash)) onDead(hash, outcome)
  }
  return !endsWithNewline
}

function mismatch(found: string, expected: string): CliError {
  if (!found.startsWith('tokenward-journal 1 '))
    return new CliError('the file given with --journal is no journal')
  const isSameService = found.split(' ')[2] === expected.split(' ')[2]
  return new CliError(
    isSameService
      ? 'the journal is of a run that differs in --confirm: resume it as it was begun'
      : 'the journal is of another service, or of another --client-id: its outcomes say nothing about this one; give another with --journal, or remove it',
  )
}
