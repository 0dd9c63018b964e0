import { unreadableWords } from '../service/unreadable.ts'
import { countLines, describeReport } from '../bulk/line-report.ts'
import type { RunSummary } from '../bulk/finish-run.ts'
import type { StopReason } from '../bulk/work-through.ts'
import { exitCodes } from '../terminal/exit-codes.ts'
import type { Output } from '../terminal/output.ts'

/** What is known of the token on a line. */
export type TokenState =
  | 'active'
  /** The service, or the token's own end, says that it is dead. */
  | 'inactive'
  /** It was issued for another environment or application, and this service does not know it. */
  | 'foreign'
  /** The service gave no answer that tells. */
  | 'unknown'
  /** The service cannot read it as a token. The one that it was meant to be may be alive. */
  | 'unreadable'
  /** The line repeats an earlier one. */
  | 'duplicate'
  /** The line cannot be sent as a token. */
  | 'malformed'

/** What asking about a file came to; also its `--json` result. Each token is counted once, however often it stands in the file. */
export interface VerifySummary extends Readonly<Record<TokenState, number>>, RunSummary {
  readonly report?: string
}

/** Starts counting. */
export function createCounts(): Record<TokenState, number> {
  return { active: 0, inactive: 0, foreign: 0, unknown: 0, unreadable: 0, malformed: 0, duplicate: 0 }
}

/**
 * Finds the exit code. The first line that fits counts:
 *
 * - 130: the user pressed Ctrl-C.
 * - 3: the input was not read to its end, or the report could not be written.
 * - 2: the input holds no token.
 * - 3: the service could not be asked about a token, or cannot read it, or a line holds no usable token.
 * - 4: a token is foreign.
 * - 0: a token is active.
 * - 1: every token is inactive.
 */
export function findExitCode(summary: VerifySummary): number {
  const { stopped, complete, active, foreign, unknown, unreadable, malformed } = summary
  if (stopped === 'interrupt') return exitCodes.interrupted
  if (!complete || stopped !== null) return exitCodes.unknown
  if (countTokens(summary) === 0) return exitCodes.usage
  if (unknown + unreadable + malformed > 0) return exitCodes.unknown
  if (foreign > 0) return exitCodes.foreign
  return active > 0 ? exitCodes.yes : exitCodes.no
}

/** How many tokens came to a state. A line that cannot be sent holds none. */
export function countTokens(counts: Readonly<Record<TokenState, number>>): number {
  const { active, inactive, foreign, unknown, unreadable } = counts
  return active + inactive + foreign + unknown + unreadable
}

function describeStop(reason: StopReason, host: string, isComplete: boolean): string {
  return {
    interrupt: 'stopped by you',
    failures: `stopped, because ${host} failed too often in a row; run doctor`,
    error: isComplete ? 'every line has a state, but not all was written' : 'ended early',
  }[reason]
}

/** Words the counts for people. */
export function describeCounts(
  summary: VerifySummary,
  identities: readonly string[],
  host: string,
  { paint, quote }: Output,
): string {
  const { active, inactive, foreign, unknown, unreadable, malformed, duplicate } = summary
  const { untried, stopped, report } = summary
  const bad = (count: number, what: string): string | undefined =>
    count > 0 ? paint('bad', `${count} ${what}`) : undefined
  return [
    paint(active > 0 ? 'warn' : 'good', `${active} active`),
    `${inactive} inactive`,
    bad(
      foreign,
      `foreign: not known here, because not issued for ${identities.join(' or ')}; ask their own environment`,
    ),
    bad(unknown, 'not known: the service gave no answer that tells; see --report, and doctor'),
    bad(unreadable, unreadableWords),
    bad(
      malformed,
      'unusable: lines without a bare token, in which a token may be alive; see --report and --column',
    ),
    duplicate > 0 ? countLines(duplicate, 'repeated') : undefined,
    untried > 0 ? paint('bad', countLines(untried, 'read, but left without an outcome')) : undefined,
    stopped ? paint('warn', describeStop(stopped, host, summary.complete)) : undefined,
    summary.complete && countTokens(summary) + malformed === 0
      ? paint('bad', 'the input holds no token')
      : undefined,
    report === undefined ? undefined : describeReport(report, quote),
  ]
    .filter((line) => line !== undefined)
    .join('\n')
}
