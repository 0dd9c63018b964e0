// Runs a worker in workerd, the runtime of Cloudflare Workers.
import { execFile, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { root } from './run-command.ts'

const binary = (name: string): string => join(root, 'scripts/runtimes/node_modules/.bin', name)

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

/** A running worker. */
export interface Worker extends Disposable {
  readonly url: string
}

/**
 * Bundles the file of a worker as its author would, and serves it on a free port.
 *
 * @param env more variables of workerd's own process, which the worker does not see
 */
export async function startWorker(file: string, env: NodeJS.ProcessEnv = {}): Promise<Worker> {
  const folder = mkdtempSync(join(tmpdir(), 'tokenward-workerd-'))
  const bundle = [file, '--bundle', '--format=esm', '--external:node:*', '--conditions=workerd']
  await promisify(execFile)(binary('esbuild'), [...bundle, `--outfile=${folder}/worker.mjs`], {
    cwd: dirname(file),
  })
  writeFileSync(join(folder, 'config.capnp'), config)
  const workerd = spawn(binary('workerd'), ['serve', '--control-fd=1', 'config.capnp'], {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const port = await new Promise<number>((resolve, reject) => {
    workerd.on('exit', () => reject(new Error('workerd ended')))
    createInterface(workerd.stdout).once('line', (line) =>
      resolve((JSON.parse(line) as { port: number }).port),
    )
  })
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.dispose]() {
      workerd.kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
