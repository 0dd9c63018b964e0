import { readFileSync, writeFileSync } from 'node:fs'
import { startAuthMock } from '@tokenward/auth-mock'
import { expect, test } from 'vitest'
import { createFolder, runCli } from './run-cli.ts'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
const commands = Array.from(
  readme.matchAll(/^npx @tokenward\/auth-cli (.*?)( < token\.txt)?$/gm),
  ([, args = '']) => args,
)

test('README example: every command does what it says, in turn', async () => {
  await using mock = await startAuthMock()
  using folder = createFolder()
  const input = mock.issueToken()
  writeFileSync(folder.path('leaked.txt'), [mock.issueToken(), mock.issueToken()].join('\n'))
  expect(commands).toHaveLength(6)
  for (const command of commands) {
    const env = { TOKENWARD_BASE_URL: mock.url }
    const { code, stderr } = await runCli(command.split(' '), { input, env, cwd: folder.path('.') })
    expect({ command, code, stderr }).toEqual({ command, code: 0, stderr: '' })
  }
  expect(mock.tokens().filter(({ state }) => state !== 'revoked')).toEqual([])
})
