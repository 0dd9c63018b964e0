#!/usr/bin/env node
import { parseArgs } from 'node:util'
import { startAuthMock } from './mock/start-auth-mock.ts'

const usage = `usage: tokenward-auth-mock [options]

Starts a stateful mock of the CloudBase auth service on 127.0.0.1, and prints its URL and a token to begin with.

  --port <number>          where to listen; 0 takes a free port (default 4010)
  --client-id <id>         the client that tokens are issued for (default mock-env)
  --allow-origin <origin>  the origin of a page that may call; repeatable (default: every origin)
  --help                   shows this

examples:
  npx @tokenward/auth-mock --port 4010
  curl -X POST http://127.0.0.1:4010/__mock/tokens -d '{"sub":"42","scope":"user"}'
  curl -X POST http://127.0.0.1:4010/__mock/faults -d '{"operation":"verifyToken","status":503,"times":2}'
`

const options = {
  port: { type: 'string', default: '4010' },
  'client-id': { type: 'string', default: 'mock-env' },
  'allow-origin': { type: 'string', multiple: true },
  help: { type: 'boolean', default: false },
} as const

const readArguments = () => {
  try {
    const { values } = parseArgs({ options })
    return /^\d{1,5}$/.test(values.port) && Number(values.port) <= 65_535 ? values : undefined
  } catch {
    // Its message repeats the argument, which may be a token that was pasted there.
    return undefined
  }
}

const fail = (message: string, exitCode: number): void => {
  process.stderr.write(`${message}\n`)
  process.exitCode = exitCode
}

// A reader that has seen enough, such as `head`, is no failure.
process.stdout.on('error', () => undefined)

const serve = async (port: number, clientId: string, allowedOrigins?: readonly string[]): Promise<void> => {
  const mock = await startAuthMock({ port, clientId, ...(allowedOrigins && { allowedOrigins }) })
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void mock.close())
  process.stdout.write(`auth-mock listens on ${mock.url} for client ${clientId}\n`)
  process.stdout.write(`a token of user 42: ${mock.issueToken({ sub: '42', scope: 'user' })}\n`)
}

const values = readArguments()
if (!values) fail(`auth-mock cannot be started with these options\n\n${usage}`, 2)
else if (values.help) process.stdout.write(usage)
else
  await serve(Number(values.port), values['client-id'], values['allow-origin']).catch(
    ({ code, message }: NodeJS.ErrnoException) =>
      code ? fail(`auth-mock cannot listen on port ${values.port} (${code})`, 1) : fail(message, 2),
  )
