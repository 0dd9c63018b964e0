// Each error has its page in both languages, with every message and every reason that the source knows.
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '@tokenward/scripts/test-bed/run-command'
import { describe, expect, test } from 'vitest'
import { pagesFolder } from '../build/folders.ts'

const source = (file: string): string => readFileSync(join(root, 'packages', file), 'utf8')
const errors = globSync('packages/auth-*/src/**/*error*.ts', { cwd: root })
  .map((file) => readFileSync(join(root, file), 'utf8'))
  .filter((text) => /extends (?:Base|Operation)Error/.test(text))
  .join('\n')
const codes = [...errors.matchAll(/readonly code(?:: '\w+')? = '(\w+)'/g)].map(([, code = '']) => code)
const membersOf = (text: string, type: string): string[] => {
  const [, union = ''] = new RegExp(`export type ${type} =([^]*?)\\n\\n`).exec(text) ?? []
  return [...union.matchAll(/'(\w+)'/g)].map(([, member = '']) => member)
}
const page = (path: string): string => readFileSync(join(pagesFolder, path), 'utf8')

test('the source is read', () => {
  expect(codes).toContain('still_active')
  // The class that those of operations have in common has no code.
  const classes = errors.match(/export class (?!OperationError)\w+ extends (?:Base|Operation)Error/g)
  expect(new Set(codes).size).toBe(classes?.length)
})

describe.each(['errors/', 'zh/errors/'])('%s', (folder) => {
  test.each(codes)('%s has a page, which the list leads to', (code) => {
    expect(existsSync(join(pagesFolder, folder, `${code}.md`))).toBe(true)
    expect(page(`${folder}index.md`)).toContain(`[\`${code}\`](${code}.md)`)
  })

  test.each(membersOf(errors, 'ResponseErrorReason'))('response: %s has a section', (reason) => {
    expect(page(`${folder}response.md`)).toContain(`\n## ${reason}\n`)
    expect(page(`${folder}response.md`)).toContain(`(${reason})`)
  })

  test.each(membersOf(errors, 'TokenEndedReason'))('token_ended: %s has a row', (reason) => {
    expect(page(`${folder}token_ended.md`)).toContain(`| \`${reason}\` `)
  })

  const challenges = membersOf(source('auth-node/src/guards/challenge.ts'), 'ChallengeReason')
  test.each(challenges)('the refusal %s has a row', (reason) => {
    expect(page(`${folder}index.md`)).toContain(`| \`${reason}\` `)
  })

  test('each class shows its message', () => {
    // What stands between the parts that differ from error to error.
    const messages = [...errors.matchAll(/super\((?:(?:operation|'\w+'), )?(?:`([^`]*)`|'([^']*)')/g)].map(
      ([, template = '', text = '']) => template || text,
    )
    const parts = messages
      .flatMap((message) => message.split(/\$\{[^}]*\}/))
      .filter((part) => /\w{3}/.test(part))
    const text = codes.map((code) => page(`${folder}${code}.md`)).join('\n')
    expect(parts.length).toBeGreaterThan(3)
    expect(parts.filter((part) => !text.includes(part.trim()))).toEqual([])
  })
})
