import type { RunSummary } from '../bulk/finish-run.ts'
import type { StopReason } from '../bulk/work-through.ts'
import { exitCodes } from '../terminal/exit-codes.ts'
import type { Output } from '../terminal/output.ts'
import { countLines, describeReport } from '../bulk/line-report.ts'
import { unreadableWords } from '../service/unreadable.ts'
import type { Outcome } from './outcome.ts'

/** What became of a line. */
export type LineOutcome =
  | Outcome
  /** The token was issued for another environment or application, and was not sent. */
  | 'foreign'
  /** The line repeats an earlier one. */
  | 'duplicate'
  /** The line cannot be sent as a token. */
  | 'malformed'

/** How many lines there were of each outcome, and how many of the dead ones an earlier run has ended. */
export type Counts = Record<LineOutcome | 'before', number>

/** What a bulk revocation came to; also its `--json` result. Each token is counted once, however often it stands in the file. */
export interface Summary extends Readonly<Counts>, RunSummary {
  /** Whether the service itself was asked if each token is dead. */
  readonly confirmed: boolean
  readonly journal: string
  readonly report: string
}

/** Starts counting. */
export function createCounts(): Counts {
  return {
    revoked: 0,
    already_inactive: 0,
    unconfirmed: 0,
    failed: 0,
    unreadable: 0,
    foreign: 0,
    malformed: 0,
    duplicate: 0,
    before: 0,
  }
}

/** Finds the exit code: the first of these that is true, so that 0 stands for all of the input and for every line of it. */
export function findExitCode(summary: Summary): number {
  const { stopped, complete, unconfirmed, failed, unreadable, malformed, foreign } = summary
  if (stopped === 'interrupt') return exitCodes.interrupted
  if (stopped === 'error') return exitCodes.unknown
  if (complete && countTokens(summary) === 0) return exitCodes.usage
  if (unconfirmed + failed + unreadable + malformed > 0 || stopped !== null) return exitCodes.no
  return foreign > 0 ? exitCodes.foreign : exitCodes.yes
}

/** How many tokens came to an outcome. A line that cannot be sent holds none. */
export function countTokens(counts: Counts): number {
  const { revoked, already_inactive, unconfirmed, failed, unreadable, foreign } = counts
  return revoked + already_inactive + unconfirmed + failed + unreadable + foreign
}

function describeStop(reason: StopReason, host: string, isComplete: boolean): string {
  return {
    interrupt: 'stopped by you; go on with --resume',
    failures: `stopped, because ${host} failed too often in a row; run doctor, then go on with --resume`,
    error: isComplete ? 'every line has an outcome, but not all was written' : 'ended early',
  }[reason]
}

/** Words the summary for people. */
export function describeSummary(
  summary: Summary,
  identities: readonly string[],
  host: string,
  { paint, quote }: Output,
): string {
  const { revoked, already_inactive, unconfirmed, failed, foreign, malformed, duplicate, before } = summary
  const { unreadable, untried, report } = summary
  const bad = (count: number, what: string): string | undefined =>
    count > 0 ? paint('bad', `${count} ${what}`) : undefined
  const dead = revoked + already_inactive
  return [
    paint('good', `${revoked} revoked${summary.confirmed ? ' and confirmed dead' : ''}`),
    already_inactive > 0 ? `${already_inactive} already inactive` : undefined,
    before > 0 ? `${before} of these ${dead} in an earlier run, ${dead - before} now` : undefined,
    bad(
      unconfirmed,
      'unconfirmed: the revocation was accepted, but the service has not said that they are dead',
    ),
    bad(failed, 'failed: not known to be revoked, and may still be alive'),
    bad(unreadable, unreadableWords),
    bad(
      foreign,
      `foreign: not sent, because not issued for ${identities.join(' or ')}; see --any-environment`,
    ),
    bad(
      malformed,
      'unusable: lines without a bare token, in which a token may be alive; see the report, and --column',
    ),
    duplicate > 0 ? countLines(duplicate, 'repeated') : undefined,
    untried > 0 ? paint('bad', countLines(untried, 'read, but left without an outcome')) : undefined,
    summary.stopped ? paint('warn', describeStop(summary.stopped, host, summary.complete)) : undefined,
    summary.complete && unconfirmed + failed > 0
      ? 'to try the unconfirmed and the failed again: the same command with --resume'
      : undefined,
    summary.complete && countTokens(summary) + malformed === 0
      ? paint('bad', 'the input holds no token')
      : undefined,
    describeReport(report, quote),
    `journal: ${quote(summary.journal)}`,
  ]
    .filter((line) => line !== undefined)
    .join('\n')
}
