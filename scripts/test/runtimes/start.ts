// How programs are started on the runtimes that are not Node.
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { startWorker } from '../../test-bed/workerd.ts'

/** The folder of the programs. */
export const here: string = fileURLToPath(new URL('.', import.meta.url))

/** A program of `scripts/runtimes`. */
export const bin = (name: string): string =>
  fileURLToPath(new URL(`../../runtimes/node_modules/.bin/${name}`, import.meta.url))

/** `deno run`, with no more rights than a service needs. */
export const denoRun: readonly string[] = [
  'run',
  '--no-lock',
  '--allow-env',
  '--allow-read',
  '--allow-net=127.0.0.1',
]

/**
 * Bundles a worker as its author would, serves it with workerd until the test ends, and resolves to its address.
 *
 * @param env more variables of workerd's own process, which the worker does not see
 */
export async function startWorkerd(file: string, env: NodeJS.ProcessEnv = {}): Promise<string> {
  const worker = await startWorker(join(here, file), env)
  onTestFinished(() => worker[Symbol.dispose]())
  return worker.url
}
