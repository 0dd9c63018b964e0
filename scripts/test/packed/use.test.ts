// The main job with the packed packages, in every Node, as ES modules and as CommonJS.
import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { nodeVersions } from '../../test-bed/node-versions.ts'
import { createProject } from './project.ts'

const run = promisify(execFile)
const { folder } = createProject({ manifest: { type: 'module' } })

/** Runs a file of the folder and resolves to what it printed. */
async function node(binary: string, file: string, source: string): Promise<string> {
  writeFileSync(join(folder, file), source)
  const { stdout, stderr } = await run(binary, [file], { cwd: folder })
  // Node 26 warns of every look at localStorage, which is not ours to silence.
  return stdout + (/ExperimentalWarning: localStorage/.test(stderr) ? '' : stderr)
}

const useIt = `
const auth = createAuthClient({ baseUrl: mock.url })
const token = mock.issueToken({ sub: '42', scope: 'user' })
const before = await auth.verifyToken(token)
const { outcome } = await auth.revokeToken(token)
const after = await auth.verifyToken(token)
console.log(before.active, before.sub, outcome, after.active)
await mock.close()
`
const worked = 'true 42 revoked false\n'

describe.each(nodeVersions)('Node %s', (version, binary) => {
  test('is the one that it should be', async () => {
    const { stdout } = await run(binary, ['--version'])
    expect(stdout).toMatch(new RegExp(`^v${version}\\.`))
  })

  test.each(['auth-node', 'auth-core', 'auth-web'])('%s: works from an ES module', async (name) => {
    const source = `
import { startAuthMock } from '@tokenward/auth-mock'
import { createAuthClient } from '@tokenward/${name}'
const mock = await startAuthMock()
${useIt}`
    expect(await node(binary, `${version}-${name}.mjs`, source)).toBe(worked)
  })

  test.each(['auth-node', 'auth-core', 'auth-web'])('%s: works from require()', async (name) => {
    const source = `
const { startAuthMock } = require('@tokenward/auth-mock')
const { createAuthClient } = require('@tokenward/${name}')
startAuthMock().then(async (mock) => {
${useIt}
})`
    expect(await node(binary, `${version}-${name}.cjs`, source)).toBe(worked)
  })
})
