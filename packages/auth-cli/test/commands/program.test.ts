import { startAuthMock } from '@tokenward/auth-mock'
import { mockFlags } from '@tokenward/auth-mock/flags'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { symlinkSync, writeFileSync } from 'node:fs'
import packageJson from '../../package.json' with { type: 'json' }
import { commandPath, sourcePath } from '../command-path.ts'
import { createFolder, runCli, runInShell, startCli } from '../run-cli.ts'

test.each(['verify', 'revoke', 'doctor', 'mock'])('%s --help: ends with examples', async (command) => {
  const { code, stdout } = await runCli([command, '--help'])
  expect(code).toBe(0)
  expect(stdout).toMatch(new RegExp(`Examples:\n(  \\$ .*tokenward-auth-cli ${command}.*\n)+$`))
})

test.each(['verify', 'revoke', 'sign-out-user', 'doctor', 'mock', 'completion'])(
  '%s --help: has one mark between two parts, in both languages',
  async (command) => {
    for (const LANG of ['C', 'zh_CN.UTF-8'])
      expect((await runCli([command, '--help'], { env: { LANG } })).stdout).not.toMatch(/[,，]\s*[,，]/)
  },
)

test('--help: documents the exit codes', async () => {
  const { stdout } = await runCli(['--help'])
  for (const code of [0, 1, 2, 3, 4, 130]) expect(stdout).toMatch(new RegExp(`^ {2}${code} `, 'm'))
})

test('no command: prints the help on stderr and exits with 2', async () => {
  const { code, stdout, stderr } = await runCli([])
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toContain('Usage: tokenward-auth-cli')
})

test('an unknown option: is named when it is a plain word', async () => {
  const { code, stderr } = await runCli(['verify', '--wobble'])
  expect({ code, stderr }).toEqual({ code: 2, stderr: 'error: unknown option --wobble; see --help\n' })
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

/** What bash puts in place of a command line at a press of the tab key, where the script has been read twice. */
async function completeInBash(line: string): Promise<string> {
  using folder = createFolder()
  const { stdout: script } = await runCli(['completion', 'bash'])
  writeFileSync(
    folder.path('script'),
    `tokenward-auth-cli() { "$NODE" --conditions=@tokenward/source "$COMMAND" "$@"; }\n${script}\n`,
  )
  writeFileSync(folder.path('leaked tokens.csv'), '')
  const lines = [
    '. ./script && . ./script && complete -p tokenward-auth-cli',
    `COMP_WORDS=(tokenward-auth-cli ${line}) COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))`,
    '_tokenward_auth_cli && printf "%s\\n" "${COMPREPLY[@]}"; ls',
  ]
  const env = { PATH: process.env.PATH, NODE: process.execPath, COMMAND: commandPath }
  const { stdout, stderr } = await promisify(execFile)('bash', ['--norc', '-c', lines.join('\n')], {
    cwd: folder.path('.'),
    env,
  })
  expect(stderr).toBe('')
  return stdout
}

test.each([
  ['a command', 'rev', 'revoke\n'],
  ['an option', 'revoke --conf', '--confirm\n'],
  ['no name of a file, which bash does itself', "revoke --file ''", ''],
  ['nothing for what would run a program', `verify --file '$(touch ran)' --rep`, '--report\n'],
])('completion bash: proposes %s', async (_, line, proposed) => {
  expect(await completeInBash(line)).toBe(
    `complete -o default -F _tokenward_auth_cli tokenward-auth-cli\n${proposed || '\n'}leaked tokens.csv\nscript\n`,
  )
})

test.each([
  ['the value of an option', ['revoke', '--file', ''], ':0\n'],
  ['a value that is begun', ['revoke', '--file', 'leak'], ':0\n'],
  ['what is no option', ['revoke', '--nothing'], ':4\n'],
])('complete: leaves %s to the shell or not', async (_, words, directive) => {
  expect(await runCli(['complete', '--', ...words])).toMatchObject({ stdout: directive })
})

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

test('--allow-insecure-http: plain HTTP to another machine is asked only with it', async () => {
  const args = ['verify', '--base-url', 'http://auth-mock.invalid:4010', '--retries', '0']
  const refused = await runCli(args, { input: 'opaque' })
  expect(refused.code).toBe(2)
  const asked = await runCli([...args, '--allow-insecure-http'], { input: 'opaque' })
  expect(asked.code).toBe(3)
  expect(asked.stderr).toContain('failed to reach the service')
})

test.each([
  ['saved', ['--save-cert', 'ca.pem'], `try: NODE_EXTRA_CA_CERTS='ca.pem' TOKENWARD_BASE_URL=https://`],
  ['not saved', ['--https'], 'to ask it: save its certificate with --save-cert'],
])('mock --https: says how it can be asked where its certificate is %s', async (_, args, words) => {
  using folder = createFolder()
  const { child, result } = startCli(['mock', '--port', '0', ...args], { cwd: folder.path('.') })
  await once(child.stderr, 'data')
  child.kill('SIGINT')
  expect((await result).stderr).toContain(words)
})

test.each([
  ['revoke', '--journal', ''],
  ['revoke', '--report', '-'],
  ['verify', '--report', ''],
  ['verify', '--file', ''],
])('%s %s "%s": what is no path is refused before anything is sent', async (command, option, path) => {
  const args = [command, ...(option === '--file' ? [] : ['--file', '-']), option, path]
  const { code, stderr } = await runCli([...args, '--base-url', 'http://127.0.0.1:9'], { input: 'a\n' })
  expect(code).toBe(2)
  expect(stderr).toMatch(new RegExp(`^error: ${option} takes (a path|the path of a file)`))
})

test('mock: a port that is taken exits with 2 and names the reason', async () => {
  await using mock = await startAuthMock()
  const { code, stderr } = await runCli(['mock', '--port', new URL(mock.url).port])
  expect({ code, stderr }).toEqual({ code: 2, stderr: 'error: the mock cannot listen there (EADDRINUSE)\n' })
})

test.each([
  [
    '--allow-origin takes an origin such as http://localhost:5173',
    '--allow-origin',
    'http://localhost:5173/',
  ],
  ['--port takes a whole number from 0 to 65535', '--port', '65536'],
  ['--seed takes a file that can be read (ENOENT)', '--seed', '/nowhere/seed.json'],
])('mock: says "%s", and exits with 2', async (message, ...args) => {
  const { code, stderr } = await runCli(['mock', ...args])
  expect(code).toBe(2)
  expect(stderr).toContain(message)
})

test("mock: has the flags of auth-mock's own command", async () => {
  const { stdout } = await runCli(['mock', '--help'])
  for (const { name } of mockFlags) expect(stdout).toContain(`--${name}`)
})

test.each([[], ['tcsh']])('completion %s: names the shells that there are', async (...args) => {
  const { code, stderr } = await runCli(['completion', ...args])
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: 'error: completion takes one of zsh, bash, fish, powershell; see --help\n',
  })
})

test('an error: its exit code is the same when stderr is closed', async () => {
  const { child, result } = startCli(['verify', '--colour'])
  child.stderr.destroy()
  expect(await result).toMatchObject({ code: 2 })
})

test.each([
  ['a command', ['verfy'], 'unknown command; did you mean verify?'],
  ['an option', ['revoke', '--confrim'], 'unknown option --confrim; did you mean --confirm?'],
  ['the topic of help', ['help', 'revok'], 'unknown command; did you mean revoke?'],
  ['a command with --help', ['revok', '--help'], 'unknown command; did you mean revoke?'],
])('a slip of the pen in %s: is answered with what was probably meant', async (_, args, words) => {
  expect(await runCli(args)).toEqual({ code: 2, stdout: '', stderr: `error: ${words}\n` })
})

test.each([
  ['help', 'wobble'],
  ['wobble', '-h'],
])('%s %s: is no help, and exits with 2', async (...args) => {
  expect(await runCli(args)).toEqual({ code: 2, stdout: '', stderr: 'error: unknown command; see --help\n' })
})

test('help: prints what --help prints, and help revoke what revoke --help prints', async () => {
  for (const [help, option] of [
    [['help'], ['--help']],
    [['help', 'help'], ['--help']],
    [
      ['help', 'revoke'],
      ['revoke', '--help'],
    ],
  ] as const) {
    const asked = await runCli(help)
    expect(asked.code).toBe(0)
    expect(asked.stdout).not.toBe('')
    expect(asked.stdout).toBe((await runCli(option)).stdout)
  }
})

test('revoke --help: names the defaults, and keeps what says which service in one group', async () => {
  const { stdout } = await runCli(['revoke', '--help'])
  for (const [option, standard] of [
    ['--timeout', '10000'],
    ['--retries', '2'],
    ['--concurrency', '32'],
    ['--max-failures', '100'],
    ['--region', 'ap-shanghai'],
    ['--rate', 'no limit'],
    ['--journal', '<file>.journal'],
  ] as const)
    expect(stdout.replace(/\n {6,}/g, ' ')).toMatch(new RegExp(`${option} .*default: ${standard}\\)`))
  const groups = stdout.split(/\n\n/)
  const group = groups.find((text) => text.startsWith('Which service:'))
  for (const option of ['--env', '--region', '--base-url', '--client-id', '--timeout'])
    expect(group).toContain(`  ${option} `)
  expect(group).not.toContain('--journal')
  expect(groups.find((text) => text.startsWith('With --file:'))).toContain('--journal')
})

test('--version: names the version and that of Node', async () => {
  const { stdout } = await runCli(['--version'])
  expect(stdout).toBe(`${packageJson.version} (Node ${process.versions.node})\n`)
})

test('tokenward: is the same command under a short name, in its help as well', async () => {
  const { bin } = packageJson
  expect(new Set(Object.values(bin)).size).toBe(1)
  expect(Object.keys(bin)).toContain('tokenward')
  using folder = createFolder()
  symlinkSync(commandPath, folder.path('tokenward'))
  const { stdout } = await runCli(['verify', '--help'], { bin: folder.path('tokenward') })
  expect(stdout).toContain('Usage: tokenward verify')
  expect(stdout).toContain('$ tokenward verify --env my-env')
})

test.each([
  ['verify', '--file', 'one.txt', 'two.txt'],
  ['revoke', '--file', 'one.txt', 'two.txt'],
  ['revoke', '--journal', 'one.journal', 'two.journal'],
  ['revoke', '--report', 'one.csv', 'two.csv'],
])('%s: %s given twice is refused, instead of forgetting the first', async (command, option, one, two) => {
  const { code, stderr } = await runCli([command, option, one, `${option}=${two}`])
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: `error: ${option} is given twice, and takes one file\n`,
  })
})

test.each([
  ['is lost on a full disk', '$COMMAND <token.txt >/dev/full', 3],
  ['goes to a reader that has left', '{ $COMMAND <token.txt; echo $? >code; } | true; exit $(cat code)', 0],
])('a result that %s: the exit code does not vouch for what was not seen', async (_, line, expected) => {
  await using mock = await startAuthMock()
  using folder = createFolder()
  writeFileSync(folder.path('token.txt'), mock.issueToken())
  const args = ['verify', '--base-url', mock.url]
  const { code, stderr } = await runInShell(line, args, folder.path('.'))
  expect(code).toBe(expected)
  expect(stderr).toBe(expected === 0 ? '' : 'error: the result cannot be written to stdout (ENOSPC)\n')
})

// The other tests start the command as the test bed has bundled it.
test.each([
  'verify',
  'verify --file tokens.txt',
  'revoke',
  'revoke --file tokens.txt --journal /dev/null',
  'sign-out-user 42',
  'doctor --no-token',
  'mock --port 65536',
])('%s: ends as its source does', async (command) => {
  using folder = createFolder()
  writeFileSync(folder.path('tokens.txt'), 'opaque')
  const [verb = '', ...rest] = command.split(' ')
  const args = [verb, ...rest, ...(/^(verify|revoke|doctor)/.test(verb) ? ['--retries', '0'] : [])]
  const options = {
    input: 'opaque',
    env: { TOKENWARD_BASE_URL: 'http://127.0.0.1:1' },
    cwd: folder.path('.'),
  }
  const ended = await runCli(args, { ...options, bin: sourcePath })
  expect(ended.stdout + ended.stderr).not.toBe('')
  expect(await runCli(args, options)).toEqual(ended)
})
