import { createHashTable } from '../bulk/hash-table.ts'
import { createLineReport } from '../bulk/line-report.ts'
import { assertDifferentPaths } from '../bulk/output-file.ts'
import { describeFailure, workThrough } from '../bulk/work-through.ts'
import { openService, type ServiceOptions } from '../service/client.ts'
import { findIdentities } from '../service/identity.ts'
import type { Output } from '../terminal/output.ts'
import { hashToken } from '../token-input/hash-token.ts'
import { isForeign, readPayload } from '../token-input/token-claims.ts'
import { openTokenFile } from '../token-input/token-file.ts'
import { findUnusable } from '../token-input/unusable.ts'
import { openJournal } from './journal.ts'
import { deadOutcomes, settle } from './outcome.ts'
import {
  countTokens,
  createCounts,
  describeSummary,
  findExitCode,
  type LineOutcome,
  type Summary,
} from './summary.ts'

/** Options of `revoke --file`. */
export interface RevokeFileOptions extends ServiceOptions {
  readonly file: string
  readonly column?: string
  readonly concurrency: number
  readonly maxFailures: number
  readonly confirm?: true
  readonly anyEnvironment?: true
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
  const stem = options.file === '-' ? 'revoke-stdin' : options.file
  const { journal: journalPath = `${stem}.journal`, report: reportPath = `${stem}.report.csv` } = options
  assertDifferentPaths(options.file, journalPath, reportPath)
  await using service = await openService(options, concurrency)
  const identities = options.anyEnvironment ? [] : findIdentities(options, service.url)
  const tokens = await openTokenFile(options.file, options.column)
  const known = createHashTable()
  const journal = await openJournal(
    journalPath,
    { service: service.url, confirm, resume, others: [tokens.stats], onWatch: noteWatching(output) },
    (hash, outcome) => known.set(hash, deadOutcomes.indexOf(outcome) + 1),
  )
  if (resume && journal.isNew)
    output.warn(
      `there is no journal ${journalPath} of an earlier run, so that this run begins with the first line`,
    )
  const report = createLineReport(reportPath, [tokens.stats, journal.stats])
  const counts = createCounts()

  const end = await workThrough(
    tokens,
    {
      concurrency,
      rate,
      maxFailures,
      describe: () => ({
        settled: countTokens(counts),
        remarks: [`${counts.unconfirmed + counts.failed + counts.unreadable} not dead`],
      }),
      advice: 'go on with --resume',
    },
    async (line, turn) => {
      const { number, text, flaw = findUnusable(text) } = line
      const claims = text === undefined || flaw !== undefined ? undefined : readPayload(text)
      const count = (outcome: LineOutcome, detail?: string): true => {
        counts[outcome] += 1
        report.add(number, outcome, detail, claims)
        return true
      }
      if (text === undefined || flaw !== undefined) return count('malformed', flaw)
      const hash = hashToken(text)
      const earlier = known.get(hash)
      known.set(hash, met)
      if (earlier === met) return count('duplicate')
      const outcomeBefore = earlier === undefined ? undefined : deadOutcomes[earlier - 1]
      if (outcomeBefore) {
        counts.before += 1
        return count(outcomeBefore, 'in an earlier run')
      }
      if (isForeign(claims, identities)) return count('foreign', 'not sent')
      if (!(await turn.begin())) return false
      const { outcome, detail } = await settle(service.client, text, confirm)
      await journal.append(hash, outcome)
      turn.end(outcome === 'failed')
      return count(outcome, detail)
    },
  )

  let { failure } = end
  for (const close of [journal.close, () => report.close(end.isComplete)]) {
    try {
      close()
    } catch (error) {
      failure ??= error
    }
  }
  const message =
    failure === undefined
      ? undefined
      : describeFailure(failure, `go on with --resume --journal ${journalPath}`)
  const summary: Summary = {
    ...counts,
    confirmed: confirm,
    stopped: end.stopped ?? (failure === undefined ? null : 'error'),
    complete: end.isComplete,
    untried: end.untried,
    journal: journalPath,
    report: report.path(),
  }
  output.result(describeSummary(summary, identities, service.url.host, output), {
    ...summary,
    ...(message !== undefined && { error: { message } }),
  })
  if (message !== undefined) output.note(`error: ${output.quote(message)}`)
  return findExitCode(summary)
}

function noteWatching(output: Output): (lock: string) => void {
  return (lock) =>
    output.note(
      `another container or machine may be using the journal: watching ${output.quote(lock)} for 10 seconds`,
    )
}
