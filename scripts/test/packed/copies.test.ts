// The ES module and the CommonJS file of a package in one process: two copies of the code, and one truth.
import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { mintToken } from '@tokenward/test-kit/tokens'
import { expect, test } from 'vitest'
import { nodeVersions } from '../../test-bed/node-versions.ts'
import { createProject } from './project.ts'

const run = promisify(execFile)

/** Revokes with one copy and looks with the other, both ways. The service behind them never learns: it calls every token active. */
const program = `
import { createRequire } from 'node:module'
import * as esModule from '@tokenward/auth-node'
const commonJs = createRequire(import.meta.url)('@tokenward/auth-node')
const traces = () => Object.getOwnPropertySymbols(globalThis).filter(({ description }) => /tokenward/.test(description))
console.log('two copies', esModule.createAuthClient !== commonJs.createAuthClient, 'importing leaves', traces().length)

const headers = { 'content-type': 'application/json' }
const fetch = async (url, { method }) => new Response(method === 'GET' ? '{"sub":"42"}' : '{}', { headers })
const options = { baseUrl: 'http://127.0.0.1:1', clientId: 'my-env', fetch }
const tokens = process.env.TOKENWARD_TOKENS.split(' ')
for (const [here, there] of [[esModule, commonJs], [commonJs, esModule]]) {
  const token = tokens.pop()
  const heard = []
  const stop = there.onTokenRevoked((revoked) => heard.push(revoked === token))
  const verifier = there.createTokenVerifier(there.createAuthClient(options))
  const before = await verifier.verifyToken(token)
  const { outcome } = await here.createAuthClient(options).revokeToken(token)
  const cached = await verifier.verifyToken(token)
  const asked = await there.createAuthClient(options).verifyToken(token)
  console.log(before.active, outcome, cached.active, asked.active, heard.join())
  stop()
  await verifier.close()

  const failing = here.createAuthClient({ ...options, maxRetries: 0, fetch: async () => new Response('', { status: 503 }) })
  const error = await failing.verifyToken(tokens[0] ?? token).catch((reason) => reason)
  console.log(there.isAuthError(error), error.code, error.status)
}
`

const project = createProject({ manifest: { type: 'module' } })

test.each(nodeVersions)(
  'Node %s: what one copy revokes, the other knows at once',
  async (_version, binary) => {
    writeFileSync(join(project.folder, 'copies.mjs'), program)
    const tokens = [
      mintToken({ sub: '42', jti: '1' }),
      mintToken({ sub: '42', jti: '2' }),
      mintToken({ sub: '42' }),
    ]
    const env = { ...process.env, TOKENWARD_TOKENS: tokens.join(' ') }
    const { stdout } = await run(binary, ['copies.mjs'], { cwd: project.folder, env })
    const agreed = 'true revoked false false true\ntrue api 503\n'
    expect(stdout).toBe(`two copies true importing leaves 0\n${agreed}${agreed}`)
  },
)
