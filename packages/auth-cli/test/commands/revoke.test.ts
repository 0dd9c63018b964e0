import { startAuthMock } from '@tokenward/auth-mock'
import { expect, test } from 'vitest'
import { runCli } from '../run-cli.ts'

test('revoke: revokes the token and exits with 0', async () => {
  await using mock = await startAuthMock()
  const { code, stdout } = await runCli(['revoke', '--base-url', mock.url], { input: mock.issueToken() })
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'revoked\n' })
  expect(mock.tokens().map(({ state }) => state)).toEqual(['revoked'])
})

test('revoke: --confirm asks the service whether the token is dead', async () => {
  await using mock = await startAuthMock()
  const args = ['revoke', '--confirm', '--json', '--base-url', mock.url]
  const { code, stdout } = await runCli(args, { input: mock.issueToken() })
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toEqual({ outcome: 'revoked', confirmed: true })
  expect(mock.requests().map(({ operation }) => operation)).toEqual(['revokeToken', 'verifyToken'])
})

test('revoke: with --confirm, a token that stays alive exits with 1', async () => {
  await using mock = await startAuthMock()
  mock.fail({ operation: 'revokeToken', revocation: 'ignored' })
  const args = ['revoke', '--confirm', '--timeout', '2000', '--base-url', mock.url]
  const { code, stderr } = await runCli(args, { input: mock.issueToken() })
  expect(code).toBe(1)
  expect(stderr).toContain('still active')
})

test('revoke: a service that cannot be reached exits with 3 and says that the token may live', async () => {
  const args = ['revoke', '--base-url', 'http://127.0.0.1:1', '--retries', '0']
  const { code, stderr } = await runCli(args, { input: 'opaque' })
  expect(code).toBe(3)
  expect(stderr).toContain('the token may still be alive')
})

test('revoke: what cannot be a token exits with 2, without a request', async () => {
  await using mock = await startAuthMock()
  const { code } = await runCli(['revoke', '--base-url', mock.url], { input: 'two words' })
  expect(code).toBe(2)
  expect(mock.requests()).toEqual([])
})
