import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startAuthMock } from '@tokenward/auth-mock'
import { expect, test } from 'vitest'
import {
  chooseLanguage,
  createTranslate,
  padTo,
  translateLines,
  widthOf,
} from '../../src/terminal/language.ts'
import { runCli } from '../run-cli.ts'

const toChinese = createTranslate('zh')
const han = /\p{Script=Han}/u
const chineseEnv = { LC_ALL: 'zh_CN.UTF-8' }

test.each([
  [{ LANG: 'zh_CN.UTF-8' }, 'zh'],
  [{ LANG: 'zh-TW' }, 'zh'],
  [{ LC_ALL: 'C', LANG: 'zh_CN.UTF-8' }, 'en'],
  [{ LC_MESSAGES: 'zh_CN.UTF-8', LANG: 'en_GB.UTF-8' }, 'zh'],
  [{ LC_ALL: '', LANG: 'zh' }, 'zh'],
  [{ LANG: 'zhx_XX' }, 'en'],
  [{}, 'en'],
] as const)('chooseLanguage: %o is %s', (env, language) => {
  expect(chooseLanguage(env)).toBe(language)
})

test('createTranslate: keeps what stands in a text, and texts that are not ours', () => {
  expect(toChinese('status 503')).toBe('状态码 503')
  expect(toChinese('this machine is 1 day and 8 hours behind the service')).toBe('本机比服务慢 1 天 8 小时')
  expect(toChinese('made up')).toBe('made up')
  expect(createTranslate('en')('status 503')).toBe('status 503')
})

test('translateLines: keeps indentation', () => {
  expect(translateLines('\nExamples:\n  $ command', toChinese)).toBe('\n示例：\n  $ command')
})

test('padTo: counts two columns for a Chinese character', () => {
  expect(widthOf('令牌 a')).toBe(6)
  expect(padTo(8, '令牌')).toBe('令牌    ')
})

test.each(['', 'verify', 'revoke', 'sign-out-user', 'doctor', 'mock'])(
  'help %s: is in Chinese where the locale is',
  async (command) => {
    const args = ['help', ...(command ? [command] : [])]
    const [chinese, english] = await Promise.all([runCli(args, { env: chineseEnv }), runCli(args)])
    const described = chinese.stdout.split('\n').filter((line) => /^ {2}(-|sub |[a-z]+ (\[|<))/.test(line))
    expect(described.length).toBeGreaterThan(3)
    expect(described.filter((line) => !han.test(line))).toEqual([])
    const headings = chinese.stdout.split('\n').filter((line) => /^\S/.test(line))
    expect(headings.filter((line) => !han.test(line))).toEqual([])
    expect(english.stdout).not.toMatch(han)
  },
)

/** The texts of doctor's sources, with `x` for what is put in. */
function listTexts(): string[] {
  const folder = fileURLToPath(new URL('../../src/doctor', import.meta.url))
  return globSync('*.ts', { cwd: folder }).flatMap((file) => {
    const source = readFileSync(join(folder, file), 'utf8').replaceAll(
      /^import .*$|\/\/.*$|\/\*\*[^]*?\*\/|\/[^/\n]+\/\.exec/gm,
      '',
    )
    const literals = source.matchAll(/(?:message|advice|\?|:|return|=|,)\s+(?:'([^'\n]+)'|`([^`\n]+)`)/g)
    return Array.from(
      literals,
      ([, plain, template = '']) => plain ?? template.replaceAll(/\$\{[^{}]*\}/g, '1'),
    )
  })
}

/** Sentences that the sources put together, by one of their parts. */
const sentences: Readonly<Record<string, string>> = {
  ', with a user and a password': 'everything goes through 1, with a user and a password',
  'this machine is 1 1 the service': 'this machine is 1 second ahead of the service',
  '1: name its own with --env and --client-id':
    'the token was issued for 1, not for 1: name its own with --env and --client-id',
}

test('doctor: each of its texts has a translation', () => {
  const texts = listTexts()
    .filter((text) => /[a-z]{3,} [a-z]/.test(text) && !text.startsWith('--') && !text.includes('${'))
    .map((text) => sentences[text] ?? text)
    .map((text) => (text.startsWith(',') ? `1${text}` : text))
  expect(texts.length).toBeGreaterThan(50)
  expect(texts.filter((text) => !han.test(toChinese(text)))).toEqual([])
})

test('doctor: speaks Chinese where the locale is Chinese, and English to programs', async () => {
  await using mock = await startAuthMock()
  const args = ['doctor', '--base-url', mock.url, '--origin', 'http://localhost:5173']
  const input = mock.issueToken()
  const [people, programs] = await Promise.all([
    runCli(args, { env: chineseEnv, input }),
    runCli([...args, '--json'], { env: chineseEnv, input }),
  ])
  const lines = people.stdout.split('\n').filter((line) => line !== '' && !line.startsWith('      '))
  expect(lines).toHaveLength(12)
  expect(lines.filter((line) => !han.test(line.slice(24)) && !line.startsWith('没有'))).toEqual([])
  expect(people.stdout).toContain('没有需要修复的问题')
  expect(programs.stdout).not.toMatch(han)
})
