// What an import adds to the start of a process, on the oldest Node that is supported.
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { interleave, printFigures, printRow } from '@tokenward/scripts/bench/measure'

const run = promisify(execFile)
const node20 = fileURLToPath(
  new URL('../../../scripts/runtimes/node_modules/node20/bin/node', import.meta.url),
)

/** Milliseconds that an import takes in a process of its own, whose start is not counted: it varies by more than that. */
const load = (name: string) => async (): Promise<number> => {
  const code = `const start = performance.now(); await import('${name}'); console.log(performance.now() - start)`
  const { stdout } = await run(node20, ['--input-type=module', '--eval', code], { cwd: import.meta.dirname })
  return Number(stdout)
}

const names = ['@tokenward/auth-node', 'oauth4webapi', 'openapi-fetch', 'jose', 'express-oauth2-jwt-bearer']
const figures = await interleave(31, Object.fromEntries(names.map((name) => [name, load(name)])))
printFigures('an import on Node 20', 'ms', figures)
const { '@tokenward/auth-node': ours = Number.NaN, oauth4webapi = Number.NaN } = figures
printRow('auth-node ÷ oauth4webapi', ours / oauth4webapi, { atMost: 1.3 })
