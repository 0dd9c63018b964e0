import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    /** A folder for what several test files of one run share; see `once-a-run.ts`. */
    readonly runFolder: string
  }
}

export default function setup(project: TestProject): () => void {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'tokenward-run-')))
  project.provide('runFolder', folder)
  return () => rmSync(folder, { recursive: true, force: true })
}
