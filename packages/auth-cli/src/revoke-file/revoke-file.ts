import { finishRun } from '../bulk/finish-run.ts'
import { createHashTable } from '../bulk/hash-table.ts'
import { createLineReport } from '../bulk/line-report.ts'
import { assertDifferentPaths } from '../bulk/output-file.ts'
import { workThrough } from '../bulk/work-through.ts'
import { openService, type ServiceOptions } from '../service/client.ts'
import { findIdentities } from '../service/identity.ts'
import type { Output } from '../terminal/output.ts'
import { readLineToken } from '../token-input/line-token.ts'
import { isForeign } from '../token-input/token-claims.ts'
import { openTokenFile } from '../token-input/token-file.ts'
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

/** Revokes every token of a file, each once. Exit code 0 only when every line is a token and every token is revoked, and with `confirm` known to be dead. */
export async function revokeFile(options: RevokeFileOptions, output: Output): Promise<number> {
  const { confirm = false, concurrency, rate, maxFailures, resume = false } = options
  // A pipe that the shell has opened has no folder of its own.
  const stem = /^(-$|\/dev\/|\/proc\/)/.test(options.file) ? 'revoke-stdin' : options.file
  const { journal: journalPath = `${stem}.journal`, report: reportPath = `${stem}.report.csv` } = options
  assertDifferentPaths(options.file, journalPath, reportPath)
  await using service = await openService(options, concurrency)
  const identities = options.anyEnvironment ? [] : findIdentities(options, service.url)
  const tokens = await openTokenFile(options.file, options.column)
  const known = createHashTable()
  const journal = await openJournal(
    journalPath,
    {
      service: service.url,
      clientId: service.client.clientId,
      confirm,
      resume,
      others: [tokens.stats],
      onWatch: noteWatching(output),
    },
    (hash, outcome) => known.put(hash, deadOutcomes.indexOf(outcome) + 1),
  )
  if (resume && journal.isNew)
    output.warn(
      `the journal ${journalPath} has nothing of an earlier run, so that this run begins with the first line`,
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
      const token = readLineToken(line)
      const count = (outcome: LineOutcome, detail?: string): true => {
        counts[outcome] += 1
        report.add(line.number, outcome, detail, token.claims)
        return true
      }
      if (token.text === undefined) return count('malformed', token.flaw)
      const { text, hash, claims } = token
      const earlier = known.put(hash, met)
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

  const run = finishRun(
    end,
    [journal.close, () => report.close(end.isComplete)],
    `go on with --resume --journal ${journalPath}`,
  )
  const summary: Summary = {
    ...counts,
    confirmed: confirm,
    ...run.summary,
    journal: journalPath,
    report: report.path(),
  }
  run.print(output, describeSummary(summary, identities, service.url.host, output), summary)
  return findExitCode(summary)
}

function noteWatching(output: Output): (lock: string) => void {
  return (lock) =>
    output.note(
      `another container or machine may be using the journal: watching ${output.quote(lock)} for 10 seconds`,
    )
}
