import { isBearerToken } from '@tokenward/auth-node'
import { createBulkTransport } from '../service/transport.ts'
import { createClient, findServiceUrl, type ServiceOptions } from '../service/client.ts'
import { exitCodes } from '../terminal/exit-codes.ts'
import { hashToken, openJournal } from './journal.ts'
import { createLineReport } from '../bulk/line-report.ts'
import type { Line } from '../token-input/lines.ts'
import { deadOutcomes, type Outcome, settle } from './outcome.ts'
import { createOutcomeTable } from '../bulk/hash-table.ts'
import type { Output } from '../terminal/output.ts'
import { createPace } from '../bulk/rate-limit.ts'
import { showProgress } from '../terminal/progress.ts'
import { choosePaths } from './revoke-paths.ts'
import { describeSummary, isAllDead, type StopReason, type Summary } from './summary.ts'
import { openTokenFile } from '../token-input/token-file.ts'

/** Options of `revoke --file`. */
export interface RevokeFileOptions extends ServiceOptions {
  readonly file: string
  readonly concurrency: number
  readonly maxFailures: number
  readonly confirm?: true
  readonly rate?: number
  readonly journal?: string
  readonly resume?: true
  readonly report?: string
}

// In the table of what is known: a token that this run has met. Earlier runs leave the index of an outcome.
const met = 255

/** Revokes every token of a file, each once. Exit code 0 only when every line is a token and every token is dead. */
export async function revokeFile(options: RevokeFileOptions, output: Output): Promise<number> {
  const { confirm = false, concurrency, rate, maxFailures, resume = false } = options
  const service = await findServiceUrl(options)
  const transport = createBulkTransport(service.origin, concurrency)
  const client = createClient(options, { fetch: transport.fetch })
  const paths = choosePaths(options)
  const tokens = await openTokenFile(options.file)
  const table = createOutcomeTable()
  const journal = await openJournal(paths.journal, { service, confirm, resume }, (hash, outcome) =>
    table.set(hash, deadOutcomes.indexOf(outcome) + 1),
  )
  const report = createLineReport(paths.report)
  const pace = createPace(rate)
  const counts = { revoked: 0, already_inactive: 0, unconfirmed: 0, failed: 0, malformed: 0, duplicate: 0 }
  let failuresInARow = 0
  let stopped: StopReason | undefined
  let failure: unknown

  const count = (line: number, outcome: keyof typeof counts, detail?: string): void => {
    counts[outcome] += 1
    report.add(line, outcome, detail)
  }

  async function handle({ number, text }: Line): Promise<void> {
    if (!isBearerToken(text)) return count(number, 'malformed')
    const hash = hashToken(text)
    const known = table.get(hash)
    table.set(hash, met)
    if (known === met) return count(number, 'duplicate')
    const earlier: Outcome | undefined = known === undefined ? undefined : deadOutcomes[known - 1]
    if (earlier) return count(number, earlier)
    await pace.turn()
    if (stopped) return undefined
    const { outcome, detail } = await settle(client, text, confirm)
    await journal.append(hash, outcome)
    failuresInARow = outcome === 'failed' ? failuresInARow + 1 : 0
    if (failuresInARow >= maxFailures) stop('failures')
    return count(number, outcome, detail)
  }

  function stop(reason: StopReason): void {
    stopped ??= reason
    tokens.close()
    pace.end()
  }

  async function work(): Promise<void> {
    try {
      while (!stopped) {
        const next = await tokens.lines.next()
        if (next.done) return
        await handle(next.value)
      }
    } catch (error) {
      fail(error)
    }
  }

  function fail(error: unknown): void {
    // Reading that was ended on purpose fails, too.
    if (!stopped) failure = error
    stop('error')
  }

  let isInterrupted = false
  const onSignal = (): void => {
    if (isInterrupted) {
      endProgress()
      process.exit(exitCodes.interrupted)
    }
    isInterrupted = true
    output.note('\nstopping: what is on its way is finished first; Ctrl-C again leaves at once')
    stop('interrupt')
  }
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal)
  const endProgress = showProgress(tokens.size, () => ({
    bytesRead: tokens.bytesRead(),
    settled: counts.revoked + counts.already_inactive + counts.unconfirmed + counts.failed,
    alive: counts.unconfirmed + counts.failed,
  }))
  try {
    await Promise.all(Array.from({ length: concurrency }, work))
  } finally {
    endProgress()
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal)
    await transport.close()
    for (const { close } of [journal, report]) {
      try {
        close()
      } catch (error) {
        fail(error)
      }
    }
  }

  const message = failure === undefined ? undefined : describeFailure(failure, paths.journal)
  const summary: Summary = { ...counts, confirmed: confirm, stopped: stopped ?? null, ...paths }
  output.result(describeSummary(summary, output), {
    ...summary,
    ...(message !== undefined && { error: { message } }),
  })
  if (message !== undefined) output.note(`error: ${message}`)
  if (stopped === 'interrupt') return exitCodes.interrupted
  return isAllDead(summary) ? exitCodes.yes : exitCodes.no
}

function describeFailure(error: unknown, journal: string): string {
  const { code } = error as NodeJS.ErrnoException
  // What is no error of the platform is one of this program, and is reported as such.
  if (code === undefined) throw error
  if (code.startsWith('Z_'))
    return `the file is a damaged gzip (${code}): part of it is unread; unpack it by hand, and go on with --file - --resume --journal ${journal}`
  return `the run ended early (${code}); go on with --resume`
}
