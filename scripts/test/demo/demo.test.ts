// The demo as a user runs it: what it prints, how it ends, and that no token is in it.
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { type AuthMock, startAuthMock } from '@tokenward/auth-mock'
import { expect, onTestFinished, test } from 'vitest'

const demo = fileURLToPath(new URL('../../demo/demo.ts', import.meta.url))
const minutes = 60_000

interface Ended {
  readonly code: number | null
  readonly printed: string
}

function runDemo(args: readonly string[] = [], token?: string, input = ''): Promise<Ended> {
  const env = { ...process.env, ...(token && { TOKENWARD_TOKEN: token }) }
  const child = spawn(process.execPath, [demo, ...args], { env })
  let printed = ''
  child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (printed += chunk.toString()))
  child.stdin.end(input)
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, printed })))
}

async function startMock(): Promise<AuthMock> {
  const mock = await startAuthMock({ clientId: 'my-env' })
  onTestFinished(mock.close)
  return mock
}

test(
  'demo: shows a token verified, revoked and dead, and none of its characters',
  async () => {
    const { code, printed } = await runDemo()
    expect(printed).toContain('All is well')
    expect(printed).toMatch(/GET \/auth\/v1\/token\/introspect +200 +\d+ ms/)
    expect(printed).not.toMatch(/eyJ/)
    expect(code).toBe(0)
  },
  minutes,
)

test.each(['TOKENWARD_TOKEN', 'standard input'])(
  'demo: takes a real token from %s, and says what becomes of it',
  async (from) => {
    const mock = await startMock()
    const token = mock.issueToken({ sub: '42' })
    const args = ['--base-url', mock.url]
    const { code, printed } = await (from === 'TOKENWARD_TOKEN'
      ? runDemo(args, token)
      : runDemo(args, undefined, `${token}\n`))
    expect(printed).toContain('The token will be revoked')
    expect(printed).not.toMatch(/eyJ/)
    expect(code).toBe(0)
    expect(mock.tokens()[0]?.state).toBe('revoked')
  },
  minutes,
)

test(
  'demo: a token that was broken into two lines is not cut to its first',
  async () => {
    const mock = await startMock()
    const token = mock.issueToken()
    const { code, printed } = await runDemo(
      ['--base-url', mock.url],
      undefined,
      `${token.slice(0, 40)}\n${token.slice(40)}`,
    )
    expect(printed).toContain('more than one line')
    expect(code).toBe(1)
    expect(mock.requests()).toEqual([])
  },
  minutes,
)

test(
  'demo: names the step that went wrong',
  async () => {
    const mock = await startMock()
    mock.fail({ operation: 'revokeToken', revocation: 'ignored' })
    const { code, printed } = await runDemo(['--base-url', mock.url], mock.issueToken())
    expect(printed).toContain('step 2, revoke it: revokeAndVerifyToken failed: the token is still active')
    expect(code).toBe(1)
  },
  minutes,
)

test(
  'demo: refuses a token on the command line, and does not repeat it',
  async () => {
    const mock = await startMock()
    const token = mock.issueToken()
    const { code, printed } = await runDemo(['--base-url', mock.url, token])
    expect(printed).toContain('never taken from the command line')
    expect(printed).not.toContain(token)
    expect(code).toBe(1)
    expect(mock.requests()).toEqual([])
  },
  minutes,
)

test.each(['--env', '--base-url'])(
  'demo: an empty %s is an error, not the mock',
  async (option) => {
    const { code, printed } = await runDemo([option, ''], 'made-up')
    expect(printed).toContain('Not as expected: ')
    expect(printed).not.toContain('All is well')
    expect(code).toBe(1)
  },
  minutes,
)
