// How programs are started on the runtimes that are not Node.
import { execFile, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { onTestFinished } from 'vitest'

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
  const folder = mkdtempSync(join(tmpdir(), 'tokenward-workerd-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const bundle = [join(here, file), '--bundle', '--format=esm', '--external:node:*', '--conditions=workerd']
  await promisify(execFile)(bin('esbuild'), [...bundle, `--outfile=${folder}/worker.mjs`])
  const config = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .main),
    (name = "internet", network = (allow = ["private", "local", "public"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
const main :Workerd.Worker = (
  modules = [(name = "worker.mjs", esModule = embed "worker.mjs")],
  compatibilityDate = "2024-01-01",
);
`
  writeFileSync(join(folder, 'config.capnp'), config)
  const workerd = spawn(bin('workerd'), ['serve', '--control-fd=1', 'config.capnp'], {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void workerd.kill())
  const port = await new Promise<number>((resolve, reject) => {
    workerd.on('exit', () => reject(new Error('workerd ended')))
    createInterface(workerd.stdout).once('line', (line) =>
      resolve((JSON.parse(line) as { port: number }).port),
    )
  })
  return `http://127.0.0.1:${port}`
}
