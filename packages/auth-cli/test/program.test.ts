import { startAuthMock } from '@tokenward/auth-mock'
import { expect, test } from 'vitest'
import { runCli, startCli } from './run-cli.ts'

test.each(['verify', 'revoke', 'doctor', 'mock'])('%s --help: ends with examples', async (command) => {
  const { code, stdout } = await runCli([command, '--help'])
  expect(code).toBe(0)
  expect(stdout).toMatch(new RegExp(`Examples:\n(  \\$ .*tokenward-auth-cli ${command}.*\n)+$`))
})

test('--help: documents the exit codes', async () => {
  const { stdout } = await runCli(['--help'])
  for (const code of [0, 1, 2, 3, 130]) expect(stdout).toMatch(new RegExp(`^ {2}${code} `, 'm'))
})

test('no command: prints the help on stderr and exits with 2', async () => {
  const { code, stdout, stderr } = await runCli([])
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toContain('Usage: tokenward-auth-cli')
})

test('an unknown option: is named when it is a plain word', async () => {
  const { code, stderr } = await runCli(['verify', '--colour'])
  expect({ code, stderr }).toEqual({ code: 2, stderr: 'error: unknown option --colour; see --help\n' })
})

test.each(['--resume', '--rate=5', '--journal=somewhere', '--concurrency=4'])(
  'revoke %s: goes with --file alone',
  async (option) => {
    const { code, stdout, stderr } = await runCli(['revoke', option, '--env', 'my-env'], { input: 'a' })
    const [name] = option.split('=')
    expect({ code, stdout, stderr }).toEqual({
      code: 2,
      stdout: '',
      stderr: `error: ${name} goes with --file; see --help\n`,
    })
  },
)

test.each(['bash', 'zsh', 'fish', 'powershell'])(
  'completion %s: prints a script for the shell',
  async (shell) => {
    const { code, stdout } = await runCli(['completion', shell])
    expect(code).toBe(0)
    expect(stdout).toContain('tokenward-auth-cli')
  },
)

test('complete: proposes the options of a command', async () => {
  const { stdout } = await runCli(['complete', '--', 'revoke', '--con'])
  expect(stdout).toContain('--confirm')
  expect(stdout).toContain('--concurrency')
})

test('mock: prints its address and a token that works, and ends cleanly at Ctrl-C', async () => {
  const { child, result } = startCli(['mock', '--port', '0', '--client-id', 'shop', '--json'])
  const line = await new Promise<string>((resolve) => child.stdout.once('data', resolve))
  const { url, token, clientId } = JSON.parse(line) as Record<string, string>
  expect(clientId).toBe('shop')
  const verified = await runCli(['verify', '--base-url', `${url}`], { input: `${token}` })
  expect(verified.code).toBe(0)
  child.kill('SIGINT')
  expect(await result).toMatchObject({ code: 0, stderr: '' })
})

test('mock: a port that is taken exits with 3 and names the reason', async () => {
  await using mock = await startAuthMock()
  const { code, stderr } = await runCli(['mock', '--port', new URL(mock.url).port])
  expect(code).toBe(3)
  expect(stderr).toContain('EADDRINUSE')
})
