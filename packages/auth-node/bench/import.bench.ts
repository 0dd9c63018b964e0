// What an import adds to the start of a process, on the oldest Node that is supported.
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { interleave, printFigures, printRow } from '@tokenward/scripts/measure'

const run = promisify(execFile)
const node20 = fileURLToPath(
  new URL('../../../scripts/runtimes/node_modules/node20/bin/node', import.meta.url),
)

/** Milliseconds from the start of a process to the end of its imports. */
const start = (statement: string) => async (): Promise<number> => {
  const args = ['--input-type=module', '--eval', `${statement}; console.log(performance.now())`]
  const { stdout } = await run(node20, args, { cwd: import.meta.dirname })
  return Number(stdout)
}

const { bare, ...figures } = await interleave(31, {
  bare: start(''),
  '@tokenward/auth-node': start("import '@tokenward/auth-node'"),
  oauth4webapi: start("import 'oauth4webapi'"),
  'openapi-fetch': start("import 'openapi-fetch'"),
  jose: start("import 'jose'"),
  'express-oauth2-jwt-bearer': start("import 'express-oauth2-jwt-bearer'"),
})
const added = Object.fromEntries(Object.entries(figures).map(([name, ms]) => [name, ms - bare]))
printFigures('an import on Node 20', 'ms over a bare process', added)
const { '@tokenward/auth-node': ours = Number.NaN, oauth4webapi = Number.NaN } = added
printRow('auth-node ÷ oauth4webapi', ours / oauth4webapi, { atMost: 1.3 })
