// Counts what vitest ran, for people (one closing line) and for scripts/check.ts (a file that turbo caches with the run).
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Reporter } from 'vitest/node'

export interface Count {
  passed: number
  failed: number
  skipped: number
}

export function countLine({ passed, failed, skipped }: Count): string {
  return `${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`
}

/** Errors outside of tests count as failures: vitest itself can print "5 passed" next to one. */
export const countReporter: Reporter = {
  onTestRunEnd(modules, unhandledErrors) {
    const count: Count = { passed: 0, failed: unhandledErrors.length, skipped: 0 }
    for (const module of modules) {
      count.failed += module.errors().length
      for (const test of module.children.allTests()) {
        const { state } = test.result()
        count[state === 'passed' || state === 'failed' ? state : 'skipped'] += 1
      }
    }
    const folder = join(process.cwd(), '.results')
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'count.json'), JSON.stringify(count))
    console.log(countLine(count))
  },
}
