import { startAuthMock } from '@tokenward/auth-mock'
import { beforeAll, expect, test } from 'vitest'
import { runCli } from '../run-cli.ts'

let jwt = ''
beforeAll(async () => {
  await using mock = await startAuthMock()
  jwt = mock.issueToken()
})

test.each([
  ['an argument', (token: string) => ['verify', token]],
  ['an option of its own', (token: string) => ['revoke', '--token', token]],
  ['an option joined to it', (token: string) => ['revoke', `--access-token=${token}`]],
  ['the value of another option', (token: string) => ['verify', '--env', token]],
  ['the name of a file', (token: string) => ['revoke', '--file', `./${token}`]],
  ['the command', (token: string) => [token]],
  ['a whole header', (token: string) => ['verify', `Bearer ${token}`]],
  ['something to complete', (token: string) => ['complete', '--', 'verify', token]],
])('a token on the command line: as %s it is refused and not repeated', async (_, makeArgs) => {
  const { code, stdout, stderr } = await runCli(makeArgs(jwt), { env: { TOKENWARD_ENV: 'my-env' } })
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toContain('a token is never taken from the command line')
  for (const part of jwt.split('.')) expect(stderr).not.toContain(part)
})

test.each([
  ['an argument', ['verify', 'opaque-secret-1']],
  ['an option', ['verify', '--Opaque-secret-1']],
  ['a value', ['verify', '--timeout', 'opaque-secret-1']],
  ['a file', ['revoke', '--env', 'my-env', '--file', 'opaque-secret-1']],
  ['a command', ['opaque-secret-1']],
])('an opaque token on the command line: as %s it is not repeated', async (_, args) => {
  const { code, stdout, stderr } = await runCli(args)
  expect(code).toBe(2)
  expect(stderr).toContain('error: ')
  expect(stdout + stderr).not.toMatch(/opaque-secret/i)
})
