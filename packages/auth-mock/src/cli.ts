#!/usr/bin/env node
import { parseArgs, type ParseArgsOptionsConfig } from 'node:util'
import packageJson from '../package.json' with { type: 'json' }
import { mockFlags, startMockFromFlags, type MockFlag, type MockFlagValues } from './flags.ts'
import { codeOf } from './options/code-of.ts'

const others: readonly MockFlag[] = [
  { name: 'help', description: 'shows this' },
  { name: 'version', description: 'shows the version' },
]
const flags = [...mockFlags, ...others]

function usageOf({ name, value, description }: MockFlag): string {
  return `  ${`--${name}${value ? ` <${value}>` : ''}`.padEnd(26)}${description}\n`
}

const usage = `usage: tokenward-auth-mock [options]

Starts a stateful mock of the CloudBase auth service, on port 4010 unless told otherwise, and prints its URL and a token to begin with,
which a reset ends.

${flags.map(usageOf).join('')}
GET /__mock/health answers 200 once it listens.

examples:
  npx @tokenward/auth-mock --port 4010
  curl -X POST http://127.0.0.1:4010/__mock/tokens -d '{"sub":"42","scope":"user"}'
  curl -X POST http://127.0.0.1:4010/__mock/faults -d '{"operation":"verifyToken","status":503,"times":2}'
`

class UsageError extends Error {}
class StartError extends Error {}

/** Reads the arguments. An error names the flag, never a value: it may be a token that was pasted there. */
function readArguments(args: readonly string[]): MockFlagValues {
  const options: ParseArgsOptionsConfig = Object.fromEntries(
    flags.map(({ name, value, isMany = false }) => [
      name,
      { type: value ? 'string' : 'boolean', multiple: isMany, ...(name === 'help' && { short: 'h' }) },
    ]),
  )
  const { values, tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true })
  const met = new Set<string>()
  for (const token of tokens) {
    if (token.kind !== 'option') throw new UsageError('every argument is a flag such as --port')
    const flag = flags.find(({ name }) => name === token.name)
    if (!flag) throw new UsageError(`${wordOf(token.rawName)} is not a flag`)
    if (flag.value && !token.value) throw new UsageError(`--${flag.name} takes ${withArticle(flag.value)}`)
    if (!flag.value && token.value !== undefined) throw new UsageError(`--${flag.name} takes no value`)
    if (flag.value && !flag.isMany && met.has(flag.name))
      throw new UsageError(`--${flag.name} is given twice, and takes one ${flag.value}`)
    met.add(flag.name)
  }
  return values
}

function withArticle(word: string): string {
  return `${/^[aeiou]/.test(word) ? 'an' : 'a'} ${word}`
}

function wordOf(name: string): string {
  return /^--[a-z][a-z-]{1,20}$/.test(name) ? name : 'an argument'
}

function fail(message: string, exitCode: number): void {
  process.stderr.write(`${message}\n`)
  process.exitCode = exitCode
}

async function serve(given: MockFlagValues): Promise<void> {
  const values = { ...given, port: given['port'] ?? '4010' }
  const mock = await startMockFromFlags(values).catch((error: unknown) => {
    const reason = codeOf(error)
    if (reason === 'configuration') throw error
    throw new StartError(`auth-mock cannot listen on port ${String(values.port)} (${reason})`)
  })
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void mock.close())
  process.stdout.write(`auth-mock listens on ${mock.url} for client ${mock.clientId}\n`)
  process.stdout.write(`a token of user 42: ${mock.issueToken({ sub: '42', scope: 'user' })}\n`)
}

async function run(): Promise<void> {
  try {
    const values = readArguments(process.argv.slice(2))
    if (values['help']) process.stdout.write(usage)
    else if (values['version']) process.stdout.write(`${packageJson.version}\n`)
    else await serve(values)
  } catch (error) {
    if (error instanceof StartError) fail(error.message, 1)
    else if (error instanceof Error && (error instanceof UsageError || codeOf(error) === 'configuration'))
      fail(`auth-mock: ${error.message}\n\n${usage}`, 2)
    else throw error
  }
}

// A reader that has seen enough, such as `head`, is no failure.
process.stdout.on('error', () => undefined)
void run()
