import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { startAuthMock } from '../src/index.ts'

const cli = fileURLToPath(new URL('../src/cli.ts', import.meta.url))

/** Runs the command; `text` grows with what it prints. */
const run = (...args: string[]) => {
  const child = spawn(process.execPath, [cli, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  const output = { text: '' }
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => (output.text += chunk))
  return { child, output }
}
const exitCode = async (child: ChildProcess): Promise<unknown> => (await once(child, 'close'))[0]

test.each(['SIGINT', 'SIGTERM'] as const)(
  'cli: prints its URL and a token that works, and leaves on %s',
  async (signal) => {
    const { child, output } = run('--port', '0', '--client-id', 'shop', '--allow-origin', 'http://a')
    await expect.poll(() => output.text, { timeout: 10_000 }).toMatch(/user 42: .+\n/)
    const [url, token] = [/http:\S+/, /[\w-]+\.[\w-]+\.[\w-]+\n/].map((part) =>
      part.exec(output.text)?.[0].trim(),
    )
    const response = await fetch(`${url}/auth/v1/token/introspect`, {
      headers: { authorization: `Bearer ${token}` },
    })
    expect(await response.json()).toMatchObject({ sub: '42', client_id: 'shop' })
    child.kill(signal)
    expect(await exitCode(child)).toBe(0)
  },
)

test('cli: --help shows every option and leaves', async () => {
  const { child, output } = run('--help')
  expect(await exitCode(child)).toBe(0)
  for (const option of ['--port', '--client-id', '--allow-origin', '--help'])
    expect(output.text).toContain(option)
})

test.each([['--prot', '70123'], ['--port', '70123'], ['--port', 'a70123'], ['70123']])(
  'cli: %s %s is refused without being repeated',
  async (...args) => {
    const { child, output } = run(...args)
    expect(await exitCode(child)).toBe(2)
    expect(output.text).toContain('usage:')
    expect(output.text).not.toContain('70123')
  },
)

test('cli: a reader that has seen enough does not end it', async () => {
  const { child, output } = run('--port', '0')
  child.stdout.once('data', () => child.stdout.destroy())
  await expect.poll(() => output.text, { timeout: 10_000 }).toContain('http:')
  const url = /http:\S+/.exec(output.text)?.[0]
  await expect.poll(async () => (await fetch(`${url}/__mock/tokens`)).json()).toHaveLength(1)
  child.kill('SIGINT')
  expect(await exitCode(child)).toBe(0)
})

test('cli: an origin with a path is refused', async () => {
  const { child, output } = run('--port', '0', '--allow-origin', 'http://localhost:5173/')
  expect(await exitCode(child)).toBe(2)
  expect(output.text).toContain('allowedOrigins')
})

test('cli: a port that is taken is an error in one line', async () => {
  await using mock = await startAuthMock()
  const port = new URL(mock.url).port
  const { child, output } = run('--port', port)
  expect(await exitCode(child)).toBe(1)
  expect(output.text).toBe(`auth-mock cannot listen on port ${port} (EADDRINUSE)\n`)
})
