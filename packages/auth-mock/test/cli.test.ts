import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { mockFlags } from '../src/flags.ts'
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

test.each(['--help', '-h'])('cli: %s shows every option and leaves', async (help) => {
  const { child, output } = run(help)
  expect(await exitCode(child)).toBe(0)
  const flags = [...mockFlags.map(({ name }) => `--${name}`), '--help', '--version']
  for (const flag of flags) expect(output.text).toContain(flag)
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

test.each<[named: string, ...args: string[]]>([
  ['--allow-origin takes an origin', '--port', '0', '--allow-origin', 'http://localhost:5173/'],
  ['--port takes a whole number from 0 to 65535', '--port', '80000'],
  ['--prot is not a flag', '--prot', '0'],
  ['--port takes a number', '--port'],
  ['--host takes an address', '--host'],
  ['--client-id takes an id', '--client-id='],
  ['--https takes no value', '--https=yes'],
  ['--port is given twice, and takes one number', '--port', '4010', '--port', '4011'],
  ['every argument is a flag', 'here'],
  ['--save-cert takes a file that can be written (ENOENT)', '--port', '0', '--save-cert', '/nowhere/cert'],
])('cli: says "%s"', async (named, ...args) => {
  const { child, output } = run(...args)
  expect(await exitCode(child)).toBe(2)
  expect(output.text).toContain(named)
})

test('cli: --version prints the version', async () => {
  const { child, output } = run('--version')
  expect(await exitCode(child)).toBe(0)
  expect(output.text).toMatch(/^\d+\.\d+\.\d+\n$/)
})

test('cli: --host beyond loopback warns, and the mock can be reached there', async () => {
  const { child, output } = run('--port', '0', '--host', '0.0.0.0')
  await expect.poll(() => output.text, { timeout: 10_000 }).toMatch(/user 42: .+\n/)
  await expect.poll(() => output.text, { timeout: 10_000 }).toContain('believes every caller')
  const url = /http:\S+/.exec(output.text)?.[0] ?? ''
  const addresses = Object.values(networkInterfaces()).flatMap((list = []) => list)
  for (const { address, family } of addresses) {
    if (family !== 'IPv4') continue
    const response = await fetch(`${url.replace('127.0.0.1', address)}/__mock/health`)
    expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }])
  }
  child.kill('SIGTERM')
  expect(await exitCode(child)).toBe(0)
})

test('cli: --https serves a certificate that NODE_EXTRA_CA_CERTS of a client makes valid', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'auth-mock-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'cert.pem')
  const { child, output } = run('--port', '0', '--https', '--save-cert', file)
  await expect.poll(() => output.text, { timeout: 10_000 }).toMatch(/user 42: .+\n/)
  const url = /https:\S+/.exec(output.text)?.[0] ?? ''
  const call = `console.log((await fetch('${url}/__mock/health')).status)`
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: file }
  const args = ['--input-type=module', '-e', call]
  expect((await promisify(execFile)(process.execPath, args, { env })).stdout).toBe('200\n')
  await expect(fetch(`${url}/__mock/health`)).rejects.toThrow('fetch failed')
  child.kill('SIGTERM')
  expect(await exitCode(child)).toBe(0)
})

test('cli: a port that is taken is an error in one line', async () => {
  await using mock = await startAuthMock()
  const port = new URL(mock.url).port
  const { child, output } = run('--port', port)
  expect(await exitCode(child)).toBe(1)
  expect(output.text).toBe(`auth-mock cannot listen on port ${port} (EADDRINUSE)\n`)
})
