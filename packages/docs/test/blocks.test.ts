// The code blocks that are no programs: each language is parsed, and each command of a shell can be typed. snippets.test.ts and
// house/readme.test.ts compile the programs.
import { spawnSync } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readBlocks } from '@tokenward/scripts/test-bed/markdown-blocks'
import { root } from '@tokenward/scripts/test-bed/run-command'
import { compile } from 'svelte/compiler'
import { beforeAll, describe, expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { findCommandFault, type KnownCommands, readKnownCommands } from '../build/known-commands.ts'

// The Chinese pages have the same blocks, which translation.test.ts compares.
const guide = globSync('packages/docs/pages/{.,guide,errors}/*.md', { cwd: root })
const files = [
  ...guide,
  ...globSync('{*.md,spec/*.md,packages/*/README.md,packages/*/skills/*/SKILL.md}', {
    cwd: root,
    exclude: (name) => name.endsWith('zh-CN.md'),
  }),
].toSorted()
const read = (file: string): string => readFileSync(join(root, file), 'utf8')

let known: KnownCommands
beforeAll(async () => {
  known = await readKnownCommands()
}, 60_000)

/** By the language: names what is wrong with a block. */
const checks: Readonly<Record<string, (source: string) => unknown>> = {
  sh(source) {
    const { status, stderr } = spawnSync('sh', ['-n'], { input: source, encoding: 'utf8' })
    if (status !== 0) return stderr
    const commands = source.replaceAll(/\\\n\s*/g, ' ').split(/\n|&&|\|\||[|;]/)
    return commands.map((command) => findCommandFault(command.replace(/(^|\s)#.*/, ''), known)).find(Boolean)
  },
  json: (source) => void JSON.parse(source),
  yaml: (source) => parseAllDocuments(source).flatMap(({ errors }) => errors)[0],
  svelte: (source) => compile(source, {}).warnings[0]?.message,
}
/** What is compiled elsewhere, and what is there to be read. */
const others = ['ts', 'tsx', 'js', 'vue', 'html', 'text', 'diff', '']

test('the pages are read', () => {
  expect(files.length).toBeGreaterThan(35)
  expect(known.cli.get('revoke')).toContain('--file')
  expect(known.mock).toContain('--port')
})

describe.each(files)('%s', (file) => {
  test('every block is of a language that is checked', () => {
    const languages = readBlocks(read(file)).map(({ language }) => language)
    expect(languages.filter((language) => !others.includes(language) && !(language in checks))).toEqual([])
  })

  test('every block that is no program parses', () => {
    const faults = readBlocks(read(file)).map(({ language, source }) => checks[language]?.(source))
    expect(faults.filter((fault) => fault !== undefined)).toEqual([])
  })

  test('every command in the text can be typed', () => {
    const text = read(file).replaceAll(/^```[^]*?^```$/gm, '')
    const commands = Array.from(
      text.matchAll(/`((?:npx|npm|pnpm|tokenward|tokenward-auth-cli) [^`]+)`/g),
      ([, command = '']) => command,
    )
    expect(commands.map((command) => findCommandFault(command, known)).filter(Boolean)).toEqual([])
  })
})

test.each(['packages/docs/pages/guide/operators.md', 'packages/auth-cli/README.md'])(
  '%s: every flag in the text is one of a command',
  (file) => {
    const flags = [...known.cli.values()].flatMap((each) => [...each])
    const named = Array.from(read(file).matchAll(/`(--[a-z][a-z-]+)/g), ([, flag = '']) => flag)
    expect(named.length).toBeGreaterThan(5)
    expect(named.filter((flag) => !flags.includes(flag))).toEqual([])
  },
)

describe('a wrong block is found', () => {
  test.each([
    ['npx @tokenward/auth-cli revok --file a', 'revok is no command'],
    ['npx @tokenward/auth-cli revoke --fil a', '--fil is no flag'],
    ['TOKENWARD_ENV=a npx @tokenward/auth-mock --prt 1', '--prt is no flag'],
    ['npx --yes pnpm run dogs', 'there is no script dogs'],
    ['npx --yes pnpm --filter @tokenward/docs devv', '@tokenward/docs has no script devv'],
  ])('%s', (command, fault) => expect(findCommandFault(command, known)).toBe(fault))

  test('sh', () => expect(checks['sh']?.('echo "a')).toBeTruthy())
  test('yaml', () => expect(checks['yaml']?.('a: [')).toBeTruthy())
  test('svelte', () => expect(() => checks['svelte']?.('{#if a}')).toThrow())
})
