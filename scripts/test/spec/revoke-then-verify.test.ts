import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { startAuthMock, type AuthMock } from '../../../packages/auth-mock/src/index.ts'

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

async function startMock(): Promise<AuthMock> {
  const mock = await startAuthMock()
  onTestFinished(() => mock.close())
  return mock
}

/** Runs the workflow of the spec with `redocly respect`, and returns what it printed. */
async function respect(mock: AuthMock, token: string): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    [
      at('../../node_modules/@redocly/cli/bin/cli.js'),
      'respect',
      at('../../../spec/revoke-then-verify.arazzo.yaml'),
      `--server=auth=${mock.url}`,
      `--input=token=${token}`,
    ],
    { env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' } },
  )
  return stdout + stderr
}

test('revokeThenVerify: holds for auth-mock', async () => {
  const mock = await startMock()
  expect(await respect(mock, mock.issueToken({ sub: '42' }))).toMatch(/Steps: 3 passed, 3 total/)
})

test('revokeThenVerify: fails when the token is dead from the start', async () => {
  const mock = await startMock()
  const token = mock.issueToken({ sub: '42' })
  mock.revoke(token)
  await expect(respect(mock, token)).rejects.toMatchObject({ code: 1 })
})

test('revokeThenVerify: fails when the token survives its revocation', async () => {
  const mock = await startMock()
  mock.fail({ operation: 'revokeToken', revocation: 'ignored' })
  await expect(respect(mock, mock.issueToken({ sub: '42' }))).rejects.toMatchObject({
    code: 1,
    stdout: expect.stringContaining('Steps: 2 passed, 1 failed, 3 total'),
  })
})
