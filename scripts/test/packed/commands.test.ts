// The commands, run in the folder where they are installed.
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { freePort } from '@tokenward/test-kit/ports'
import { expect, onTestFinished, test } from 'vitest'
import { createProject } from './project.ts'
import { parse } from 'yaml'

const run = promisify(execFile)

interface RunningMock {
  readonly url: string
  readonly token: string
  /** Presses Ctrl-C, and resolves to the exit code. */
  readonly interrupt: () => Promise<unknown>
}

/** Starts the packed mock, as a user at a shell does. */
async function startMock(cwd: string, command: string, ...words: string[]): Promise<RunningMock> {
  const args = words.includes('--port') ? words : [...words, '--port', '0']
  // A group of its own: Ctrl-C reaches all that a terminal runs in the foreground.
  const child = spawn(command, args, { cwd, detached: true, stdio: ['ignore', 'pipe', 'inherit'] })
  const closed = once(child, 'close')
  const signalGroup = (signal: NodeJS.Signals): void => {
    if (child.pid && (child.exitCode ?? child.signalCode) === null) process.kill(-child.pid, signal)
  }
  onTestFinished(() => signalGroup('SIGKILL'))
  let text = ''
  for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
    text += String(chunk)
    const [, url, token] = /(http:\S+)[^]* (\S+\.\S+\.\S+)\n/.exec(text) ?? []
    if (!url || !token) continue
    child.stdout.resume()
    return {
      url,
      token,
      async interrupt() {
        signalGroup('SIGINT')
        return (await closed)[0]
      },
    }
  }
  throw new Error('the mock ended before it printed where it listens')
}

const project = createProject({ manifest: { type: 'module' } })

const cli = (args: string[], env = {}) =>
  run('npx', ['--no', '--', 'tokenward-auth-cli', ...args], {
    cwd: project.folder,
    env: { ...process.env, ...env },
  })

test('npx tokenward-auth-cli --help names the commands', async () => {
  const { stdout } = await cli(['--help'])
  for (const command of ['verify', 'revoke', 'doctor', 'mock']) expect(stdout).toContain(`\n  ${command} `)
})

test('npx tokenward-auth-cli --version prints the version of the package and that of Node', async () => {
  const manifest = join(project.folder, 'node_modules/@tokenward/auth-cli/package.json')
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }
  const { stdout } = await cli(['--version'])
  expect(stdout.replace(/Node \d+\.\d+\.\d+/, 'Node')).toBe(`${version} (Node)\n`)
})

test('npx tokenward-auth-cli verify calls a token of tokenward-auth-mock active, and does not print it', async () => {
  const { url, token, interrupt } = await startMock(
    project.folder,
    'npx',
    '--no',
    '--',
    'tokenward-auth-mock',
  )
  const env = { TOKENWARD_BASE_URL: url, TOKENWARD_TOKEN: token }
  const { stdout, stderr } = await cli(['verify'], env)
  expect(stdout).toMatch(/^active\n/)
  expect(stdout + stderr).not.toContain(token)
  await interrupt()
  await expect(fetch(url)).rejects.toThrow('fetch failed')
})

test('the compose.yaml that comes with auth-mock starts it, with its seed and its health check', async () => {
  const examples = join(project.folder, 'node_modules/@tokenward/auth-mock/examples')
  const { services } = parse(readFileSync(join(examples, 'compose.yaml'), 'utf8')) as {
    services: Record<'auth-mock', { command: string; healthcheck: { test: string[] } }>
  }
  const { command, healthcheck } = services['auth-mock']
  const port = String(await freePort())
  const words = command
    .replace('/mock/seed.json', join(examples, 'seed.json'))
    .replace('4010', port)
    .split(' ')
  const { url } = await startMock(project.folder, ...(words as [string, ...string[]]))
  const tokens = (await (await fetch(`${url}/__mock/tokens`)).json()) as { token: string }[]
  expect(tokens.map(({ token }) => token)).toContain('alice')
  const [, program = '', ...args] = healthcheck.test.map((word) => word.replace('4010', port))
  await expect(run(program, args)).resolves.toBeDefined()
})

test('tokenward-auth-mock ends cleanly on Ctrl-C', async () => {
  // Of npx, only its own end by the signal can be seen.
  const { url, interrupt } = await startMock(project.folder, 'node_modules/.bin/tokenward-auth-mock')
  expect((await fetch(`${url}/__mock/info`)).status).toBe(200)
  expect(await interrupt()).toBe(0)
  await expect(fetch(url)).rejects.toThrow('fetch failed')
})
