// Writes the page of the command line: what each command's --help prints.
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { root } from '@tokenward/scripts/test-bed/run-command'

const commands = ['', 'verify', 'revoke', 'sign-out-user', 'doctor', 'mock'] as const

/** What the command prints, in 80 columns, without what differs from machine to machine. */
export async function helpOf(command: string, locale: string): Promise<string> {
  const env = { PATH: process.env['PATH'], LC_ALL: locale, COLUMNS: '80' }
  const args = ['--conditions=@tokenward/source', 'src/bin.ts', 'help', ...(command ? [command] : [])]
  const cwd = join(root, 'packages/auth-cli')
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd, env })
  return stdout.trim()
}

const introductions = {
  en: '# Command line\n\nWhat `npx @tokenward/auth-cli help` prints.',
  zh: '# 命令行\n\n`npx @tokenward/auth-cli help` 打印的内容。',
} as const

/** The page, with the help in English or Chinese. */
export async function describeCli(language: keyof typeof introductions): Promise<string> {
  const locale = language === 'zh' ? 'zh_CN.UTF-8' : 'C'
  const helps = await Promise.all(commands.map((name) => helpOf(name, locale)))
  const parts = commands.map(
    (name, index) => `## tokenward${name && ` ${name}`}\n\n\`\`\`text\n${helps[index]}\n\`\`\`\n`,
  )
  return `${introductions[language]}\n\n${parts.join('\n')}`
}
