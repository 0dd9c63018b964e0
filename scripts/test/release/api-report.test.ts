import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { describeApi, type Earlier, findProblems, namedInChangesets } from '../../release/api-report.ts'
import { root } from '../../test-bed/run-command.ts'

const name = '@tokenward/auth-core'
const report = 'type Region = string;\n'
const changed = 'type Region = number;\n'

test('API report: names every public type, and the inner ones that those are made of', () => {
  const text = describeApi(join(root, 'packages/auth-core'))
  expect(text).toMatch(/^function createAuthClient\(options: AuthClientOptions/m)
  expect(text).toMatch(/^interface AuthClientOptions extends Observer \{$/m)
  expect(text).not.toContain('/**')
})

test('API report: changes with a type', () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'tokenward-report-')))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  symlinkSync(join(root, 'packages/auth-core/node_modules'), join(folder, 'node_modules'))
  for (const part of ['package.json', 'dist', 'src'])
    cpSync(join(root, 'packages/auth-core', part), join(folder, part), { recursive: true })
  const before = describeApi(folder)
  const types = join(folder, 'dist/index.d.cts')
  const text = readFileSync(types, 'utf8')
  writeFileSync(types, text.replace('timeoutMs?: number', 'timeoutMs?: string'))
  expect(describeApi(folder)).not.toBe(before)
})

const since = (words: string, then: string, ...named: readonly string[]): Earlier => ({
  words,
  reports: new Map([[name, then]]),
  named: new Set(named),
})

test('API report: a report that is not current is a problem, and the command that mends it is named', () => {
  const [problem, ...more] = findProblems(
    [{ name, actual: changed, report }],
    [since('since the last release', report, name)],
  )
  expect(problem).toMatch(/^@tokenward\/auth-core: its public types are not what .* pnpm api:report$/)
  expect(more).toEqual([])
})

test('API report: a public type that has changed since the last release needs a changeset of its package', () => {
  const packages = [{ name, actual: changed, report: changed }]
  const release = 'since the last release'
  expect(findProblems(packages, [since(release, report, '@tokenward/auth-web')])).toEqual([
    expect.stringMatching(/^@tokenward\/auth-core: .* no changeset since then names it/),
  ])
  expect(findProblems(packages, [since(release, report, name)])).toEqual([])
  expect(findProblems([{ name, actual: report, report }], [since(release, report)])).toEqual([])
})

test('API report: the changesets of earlier changes are none for a change of this branch', () => {
  const packages = [{ name, actual: changed, report: changed }]
  const release = since('since the last release', '', name)
  expect(findProblems(packages, [release, since('on this branch', report)])).toEqual([
    expect.stringContaining('have changed on this branch, and no changeset since then names it'),
  ])
  expect(findProblems(packages, [release, since('on this branch', report, name)])).toEqual([])
})

test('API report: finds the packages that a changeset names', () => {
  const folder = mkdtempSync(join(tmpdir(), 'changesets-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(
    join(folder, 'one.md'),
    `---\n'@tokenward/auth-core': minor\n"@tokenward/auth-web": patch\n---\n\nA sentence.\n`,
  )
  expect([...namedInChangesets([join(folder, 'one.md')])]).toEqual([
    '@tokenward/auth-core',
    '@tokenward/auth-web',
  ])
})
