import { hash as digest } from 'node:crypto'
import { closeSync, createReadStream, fstatSync, fsyncSync, openSync, writeFileSync } from 'node:fs'
import { CliError } from '../terminal/exit-codes.ts'
import { lockJournal, notWritten } from './journal-lock.ts'
import { readLines } from '../token-input/lines.ts'
import { deadOutcomes, type Outcome } from './outcome.ts'

/**
 * What a bulk revocation has done so far, for `--resume`: a first line that says for which service, then one line a token, its
 * SHA-256 and its outcome. Whoever waits for a line before taking the next token forgets none in a kill.
 */
export interface Journal {
  /** Resolves once the line is with the operating system. Lines of one turn of the event loop go there together. */
  readonly append: (hash: Buffer, outcome: Outcome) => Promise<void>
  readonly close: () => void
}

/** What a journal must agree on with the run that goes on with it. */
export interface JournalOptions {
  readonly service: URL
  readonly confirm: boolean
  readonly resume: boolean
}

/** Names a token without being one. */
export function hashToken(token: string): Buffer {
  return digest('sha256', token, 'buffer')
}

/**
 * Opens a journal for this run alone, and hands over each token that it knows to be dead.
 *
 * @throws {CliError} when another run is using it, when there is one already and it may not be resumed, when it is none, or belongs
 * to other options
 */
export async function openJournal(
  path: string,
  { service, confirm, resume }: JournalOptions,
  onDead: (hash: Buffer, outcome: Outcome) => void,
): Promise<Journal> {
  const header = `tokenward-journal 1 ${hashToken(service.origin + service.pathname).toString('base64url')}${confirm ? ' confirm' : ''}`
  const unlock = lockJournal(path)
  const attempt = <T>(act: () => T): T => {
    try {
      return act()
    } catch (error) {
      throw notWritten(path, error)
    }
  }
  const file = attempt(() => openSync(path, 'a', 0o600))
  const { size } = fstatSync(file)
  // A run that could not begin leaves nothing behind, or the first line alone.
  if (size > header.length + 1 && !resume)
    throw new CliError(`there is a journal of an earlier run, ${path}: go on with --resume, or remove it`)
  if (size === 0) attempt(() => writeFileSync(file, `${header}\n`))
  // A line that a crash cut off stays behind as one that says nothing.
  else if (await load(path, header, onDead)) attempt(() => writeFileSync(file, '\n'))
  let lines = ''
  let written: Promise<void> | undefined
  const write = (): void => {
    const text = lines
    lines = ''
    written = undefined
    writeFileSync(file, text)
  }
  return {
    append(hash, outcome) {
      lines += `${hash.toString('base64url')} ${outcome}\n`
      return (written ??= new Promise(setImmediate).then(write))
    },
    close: () => {
      // Before that, a power cut may lose lines, whose tokens are revoked once more.
      fsyncSync(file)
      closeSync(file)
      unlock()
    },
  }
}

/** @returns whether the last line was cut off */
async function load(
  path: string,
  header: string,
  onDead: (hash: Buffer, outcome: Outcome) => void,
): Promise<boolean> {
  let endsWithNewline = true
  async function* chunks(): AsyncGenerator<Buffer> {
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
      endsWithNewline = chunk.at(-1) === 0x0a
      yield chunk
    }
  }
  for await (const { number, text = '' } of readLines(chunks())) {
    if (number === 1 && text !== header) throw mismatch(text, header)
    const [hash = '', word] = text.split(' ')
    const outcome = deadOutcomes.find((dead) => dead === word)
    if (outcome && /^[\w-]{43}$/.test(hash)) onDead(Buffer.from(hash, 'base64url'), outcome)
  }
  return !endsWithNewline
}

function mismatch(found: string, expected: string): CliError {
  if (!found.startsWith('tokenward-journal 1 ')) return new CliError('the file given as journal is none')
  const isSameService = found.split(' ')[2] === expected.split(' ')[2]
  return new CliError(
    isSameService
      ? 'the journal is of a run that differs in --confirm: resume it as it was begun'
      : 'the journal is of another service: its outcomes say nothing about this one',
  )
}
