// Shows the main job: verifies a token, revokes it, and verifies that it is dead. Uses the mock, or with --env a real environment.
import { createInterface } from 'node:readline/promises'
import { parseArgs } from 'node:util'
import type { AuthClient, AuthClientOptions, ResponseEvent } from '@tokenward/auth-node'
import { readToken } from './demo-token.ts'
import { runCommand } from '../test-bed/run-command.ts'

const usage = `Usage: npm run demo
       npm run demo -- --env <environment id> [--region <region>] [--client-id <id>]
       npm run demo -- --base-url <url>

Without options the demo starts a mock. With options it revokes a real token, read from TOKENWARD_TOKEN or standard input.`

interface Step {
  readonly title: string
  readonly run: () => Promise<unknown>
  readonly expected: string
}

class StepFailed extends Error {}

function show(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

async function runSteps(steps: readonly Step[]): Promise<void> {
  for (const [index, { title, run, expected }] of steps.entries()) {
    const label = `step ${index + 1}, ${title}`
    console.log(`${index + 1}. ${title}`)
    let result: unknown
    try {
      result = await run()
    } catch (error) {
      throw new StepFailed(`${label}: ${error instanceof Error ? error.message : 'unknown failure'}`)
    }
    console.log(`   → ${show(result)}\n`)
    if (!show(result).includes(expected)) throw new StepFailed(`${label}: expected ${expected}`)
  }
}

function logResponse({ method, path, status, durationMs }: ResponseEvent): void {
  const what = `${method} ${path}`.padEnd(34)
  console.log(
    `   ${what} ${status ?? 'no answer'}  ${Math.round(durationMs)} ms  Authorization: Bearer [redacted]`,
  )
}

/** Lists the steps that one live token is enough for; the other tokens in them are made up. */
function stepsFor(auth: AuthClient, token: string): Step[] {
  const [header, payload] = token.split('.')
  const forged = `${header}.${payload ?? 'made-up'}.${'x'.repeat(86)}`
  return [
    { title: 'verify the token', run: () => auth.verifyToken(token), expected: '"active":true' },
    { title: 'revoke it', run: () => auth.revokeAndVerifyToken(token), expected: '"outcome":"revoked"' },
    { title: 'verify it again', run: () => auth.verifyToken(token), expected: '"active":false' },
    { title: 'verify a forged token', run: () => auth.verifyToken(forged), expected: '"active":false' },
    {
      title: 'verify garbage',
      run: () => auth.verifyToken('not a token at all'),
      expected: '"active":false',
    },
  ]
}

async function demoWithMock(createAuthClient: (options: AuthClientOptions) => AuthClient): Promise<void> {
  const { startAuthMock } = await import('@tokenward/auth-mock')
  await using mock = await startAuthMock({ clientId: 'my-env' })
  console.log(`auth-mock listens on ${mock.url}\n`)
  const auth = createAuthClient({ baseUrl: mock.url, clientId: 'my-env', onResponse: logResponse })
  const claims = { sub: '1849755119840497664', scope: 'user sso' }
  const [first, second] = [mock.issueToken(claims), mock.issueToken(claims)]
  const expired = mock.issueToken({ ...claims, expiresIn: -7_200 })
  await runSteps([
    ...stepsFor(auth, first),
    {
      title: 'revoke a second token, and wait for the proof that it is dead',
      run: () => auth.revokeAndVerifyToken(second),
      expected: '"outcome":"revoked"',
    },
    { title: 'verify an expired token', run: () => auth.verifyToken(expired), expected: '"active":false' },
  ])
}

async function confirm(where: string): Promise<void> {
  console.log(`The token will be revoked at ${where}: every client that uses it is signed out.`)
  if (!process.stdin.isTTY) return
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  const answer = await terminal.question('Go on? [y/N] ')
  terminal.close()
  if (!/^y(es)?$/i.test(answer.trim())) throw new StepFailed('nothing was sent')
}

function readArguments(): { env?: string; region?: string; baseUrl?: string; clientId?: string } {
  const text = { type: 'string' } as const
  const options = {
    env: text,
    region: text,
    'base-url': text,
    'client-id': text,
    help: { type: 'boolean' },
  } as const
  let values
  try {
    values = parseArgs({ options, strict: true }).values
  } catch {
    // The parser's message would repeat the argument, which may be a token.
    throw new StepFailed(`an argument is not known; tokens are never taken from the command line\n\n${usage}`)
  }
  const { 'base-url': baseUrl, 'client-id': clientId, env, region, help } = values
  if (help) {
    console.log(usage)
    process.exit(0)
  }
  return {
    ...(env !== undefined && { env }),
    ...(region !== undefined && { region }),
    ...(baseUrl !== undefined && { baseUrl }),
    ...(clientId !== undefined && { clientId }),
  }
}

try {
  const options = readArguments()
  const packages = ['auth-node', 'auth-mock'].map((name) => `--filter=@tokenward/${name}`)
  if (!(await runCommand('turbo', ['run', 'build', ...packages], { quiet: true })))
    throw new StepFailed('the build failed')
  const { createAuthClient } = await import('@tokenward/auth-node')
  if (Object.keys(options).length === 0) await demoWithMock(createAuthClient)
  else {
    const auth = createAuthClient({ ...options, onResponse: logResponse })
    await confirm(options.baseUrl ?? `environment ${options.env}`)
    await runSteps(stepsFor(auth, await readToken()))
  }
  console.log('All is well: the token was alive, was revoked, and is dead.')
} catch (error) {
  const message = error instanceof Error ? error.message : 'unknown failure'
  console.error(`Not as expected: ${message}`)
  process.exitCode = 1
}
