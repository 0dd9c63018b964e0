import { isAuthError, type AuthClient } from '@tokenward/auth-node'
import { finishRun } from '../bulk/finish-run.ts'
import { createHashTable } from '../bulk/hash-table.ts'
import { createLineReport, describeError } from '../bulk/line-report.ts'
import { assertDifferentPaths } from '../bulk/output-file.ts'
import { workThrough } from '../bulk/work-through.ts'
import { readLineToken } from '../token-input/line-token.ts'
import { openService, type ServiceOptions } from '../service/client.ts'
import { verifyAtService, whateverTheClock } from '../service/verify-at-service.ts'
import { findIdentities } from '../service/identity.ts'
import type { Output } from '../terminal/output.ts'
import { isForeign } from '../token-input/token-claims.ts'
import { openTokenFile } from '../token-input/token-file.ts'
import {
  countTokens,
  createCounts,
  describeCounts,
  findExitCode,
  type TokenState,
  type VerifySummary,
} from './summary.ts'

/** Options of `verify --file`. */
export interface VerifyFileOptions extends ServiceOptions {
  readonly file: string
  readonly column?: string
  readonly concurrency: number
  readonly maxFailures: number
  readonly anyEnvironment?: true
  readonly rate?: number
  readonly report?: string
}

/** Asks the service about every token of a file, each once, and revokes none. */
export async function verifyFile(options: VerifyFileOptions, output: Output): Promise<number> {
  const { concurrency, rate, maxFailures } = options
  if (options.report !== undefined) assertDifferentPaths(options.file, options.report)
  await using service = await openService(options, concurrency, whateverTheClock)
  const identities = options.anyEnvironment ? [] : findIdentities(options, service.url)
  const tokens = await openTokenFile(options.file, options.column)
  const report = options.report === undefined ? undefined : createLineReport(options.report, [tokens.stats])
  const met = createHashTable()
  const counts = createCounts()

  const end = await workThrough(
    tokens,
    {
      concurrency,
      rate,
      maxFailures,
      describe: () => ({
        settled: countTokens(counts),
        remarks: [`${counts.active} active`],
      }),
      advice: 'begin again',
    },
    async (line, turn) => {
      const token = readLineToken(line)
      const count = (state: TokenState, detail?: string): true => {
        counts[state] += 1
        report?.add(line.number, state, detail, token.claims)
        return true
      }
      if (token.text === undefined) return count('malformed', token.flaw)
      const { text, hash, claims } = token
      if (met.put(hash, 1) !== undefined) return count('duplicate')
      if (!(await turn.begin())) return false
      const { state, detail } = await ask(service.client, text, isForeign(claims, identities))
      turn.end(state === 'unknown')
      return count(state, detail)
    },
  )

  const run = finishRun(end, report ? [() => report.close(end.isComplete)] : [], 'begin again')
  const summary: VerifySummary = {
    ...counts,
    ...run.summary,
    ...(report && { report: report.path() }),
  }
  run.print(output, describeCounts(summary, identities, service.url.host, output), summary)
  return findExitCode(summary)
}

/** Never rejects for what the service or the network does. */
async function ask(
  client: AuthClient,
  token: string,
  isOfOthers: boolean,
): Promise<{ readonly state: TokenState; readonly detail: string }> {
  try {
    const result = await verifyAtService(client, token)
    if (result.active) return { state: 'active', detail: '' }
    // A token's own end holds everywhere; a service that never issued it knows nothing of it.
    if (isOfOthers && result.reason !== 'expired') return { state: 'foreign', detail: 'not known here' }
    if (result.reason === 'malformed') return { state: 'unreadable', detail: 'api 400' }
    return { state: 'inactive', detail: result.reason }
  } catch (error) {
    if (!isAuthError(error) || error.code === 'configuration') throw error
    return { state: 'unknown', detail: describeError(error) }
  }
}
