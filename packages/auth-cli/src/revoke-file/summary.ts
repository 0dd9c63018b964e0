import type { Outcome } from './outcome.ts'
import type { Output } from '../terminal/output.ts'
import type { RevokePaths } from './revoke-paths.ts'

/** Why a run ended before its input did. */
export type StopReason = 'interrupt' | 'failures' | 'error'

/** What a bulk revocation came to; also its `--json` result. Each token is counted once, however often it stands in the file. */
export interface Summary extends Readonly<Record<Outcome, number>>, RevokePaths {
  /** Lines that are no token. */
  readonly malformed: number
  /** Lines that repeat an earlier one. */
  readonly duplicate: number
  /** Whether the service itself was asked if each token is dead. */
  readonly confirmed: boolean
  readonly stopped: StopReason | null
}

/** Tells whether every line was a token and every token is dead. */
export function isAllDead({ unconfirmed, failed, malformed, stopped }: Summary): boolean {
  return unconfirmed + failed + malformed === 0 && stopped === null
}

const stops = {
  interrupt: 'stopped by you; go on with --resume',
  failures: 'stopped, because the service failed too often in a row; run doctor, then go on with --resume',
  error: 'ended early',
} as const

/** Words the summary for people. */
export function describeSummary(summary: Summary, { paint }: Output): string {
  const { revoked, already_inactive, unconfirmed, failed, malformed, duplicate, confirmed, stopped } = summary
  const bad = (count: number, what: string): string | undefined =>
    count > 0 ? paint('bad', `${count} ${what}`) : undefined
  return [
    paint('good', `${revoked} revoked${confirmed ? ' and confirmed dead' : ''}`),
    `${already_inactive} already inactive`,
    bad(unconfirmed, 'unconfirmed: accepted, but not seen dead'),
    bad(failed, 'failed: may still be alive'),
    bad(malformed, 'malformed: no token on that line'),
    duplicate > 0 ? `${duplicate} repeated lines` : undefined,
    stopped ? paint('warn', stops[stopped]) : undefined,
    `report by line: ${summary.report}`,
    `journal: ${summary.journal}`,
  ]
    .filter((line) => line !== undefined)
    .join('\n')
}
