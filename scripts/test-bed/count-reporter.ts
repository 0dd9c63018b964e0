// Counts what vitest ran and names what failed, for people (one closing line) and for scripts/check.ts (a file that turbo caches with the run).
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import type { Reporter } from 'vitest/node'

/** How many lines of its error name a failure: enough for the values that differed. */
const errorLines = 3

export interface Count {
  passed: number
  failed: number
  skipped: number
}

export function countLine({ passed, failed, skipped }: Count): string {
  return `${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`
}

/** One test that vitest knows of. */
export interface TestResult {
  /** The project of vitest: `node`, `valkey`, or an engine. */
  project: string
  /** Its file, from the package's folder. */
  file: string
  /** The names of the suites around it, and its title at the end, joined by ` > `. */
  name: string
  state: keyof Count
}

/** What one package's run writes for scripts/check.ts, and for what is drawn from what ran. */
export interface RunResult {
  count: Count
  /** Where each failure happened, and the beginning of its error. */
  failures: string[]
  tests: TestResult[]
}

function describe(place: string, error: { message?: string } | undefined): string {
  const message = stripVTControlCharacters(error?.message ?? 'no error was reported')
  return [place, ...message.split('\n').slice(0, errorLines)].join('\n    ')
}

/** Errors outside of tests count as failures: vitest itself can print "5 passed" next to one. */
export const countReporter: Reporter = {
  onTestRunEnd(modules, unhandledErrors) {
    const count: Count = { passed: 0, failed: 0, skipped: 0 }
    const failures = unhandledErrors.map((error) => describe('outside of the tests', error))
    const tests: TestResult[] = []
    for (const module of modules) {
      const place = [module.project.name, module.relativeModuleId].filter(Boolean).join(' ')
      failures.push(...module.errors().map((error) => describe(place, error)))
      for (const test of module.children.allTests()) {
        const { state: ended, errors } = test.result()
        const state = ended === 'pending' ? 'skipped' : ended
        tests.push({
          project: module.project.name,
          file: module.relativeModuleId,
          name: test.fullName,
          state,
        })
        if (state === 'failed') failures.push(describe(`${place} > ${test.fullName}`, errors?.[0]))
        else count[state] += 1
      }
    }
    count.failed = failures.length
    const folder = join(process.cwd(), '.results')
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'result.json'), JSON.stringify({ count, failures, tests } satisfies RunResult))
    console.log(countLine(count))
  },
}
