// The page "The vendor added a field" of CONTRIBUTING, done by its own commands in a copy of the workspace.
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { findPnpm } from '../../build/run-pnpm.ts'
import { copyWorkspace } from '../../test-bed/workspace-copy.ts'
import { root } from '../../test-bed/run-command.ts'

const page = /^## The vendor added a field\n([\s\S]*?)^## /m.exec(
  readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8'),
)?.[1]
const blocks = [...(page ?? '').matchAll(/```(\w+)\n([\s\S]*?)```/g)].map(([, language, text = '']) => ({
  language,
  text,
}))
const commands = blocks
  .filter(({ language }) => language === 'sh')
  .flatMap(({ text }) => text.trim().split('\n'))
const blockOf = (wanted: string): string => blocks.find(({ language }) => language === wanted)?.text ?? ''

test(
  'CONTRIBUTING: its commands lead from the new field to a commit that can be released',
  () => {
    const copy = copyWorkspace()
    onTestFinished(() => copy[Symbol.dispose]())
    const at = (file: string): string => join(copy.folder, file)
    const edit = (file: string, from: string | RegExp, to: string): void => {
      const text = readFileSync(at(file), 'utf8')
      expect(text.search(from) >= 0 || text.includes(String(from))).toBe(true)
      writeFileSync(at(file), text.replace(from, to))
    }
    const env = {
      ...process.env,
      GIT_AUTHOR_NAME: 'Made Up',
      GIT_AUTHOR_EMAIL: 'made-up@example.com',
      GIT_COMMITTER_NAME: 'Made Up',
      GIT_COMMITTER_EMAIL: 'made-up@example.com',
    }
    const run = (command: string): { status: number | null; output: string } => {
      const { status, stdout, stderr } = spawnSync('bash', ['-c', command], {
        cwd: copy.folder,
        env,
        encoding: 'utf8',
      })
      return { status, output: stdout + stderr }
    }
    // npx takes seconds to find the same program.
    const pnpm = findPnpm().join(' ')
    let next = 0
    /** Runs the next command of the page, which must be about what the test expects. */
    const runNext = (about: string): { status: number | null; output: string } => {
      const command = commands[next++] ?? ''
      expect(command).toContain(about)
      return run(command.replace('~/Downloads', '.').replace('npx --yes pnpm', pnpm))
    }

    // The repository as it was released, and no changeset since.
    run(
      'rm -f .changeset/*.md && git init -q && git add . && git commit -qm release && git tag @tokenward/auth-core@0.1.0',
    )
    // Markdown tools take the indentation of a code block away.
    const field = `        ${blockOf('yaml').trim()}\n`
    const scope = /^ +scope: \{.*\}\n/m
    const spec = readFileSync(at('spec/auth.openapi.yaml'), 'utf8')
    writeFileSync(
      at('auth.v1.openapi.yaml'),
      spec.replace(scope, (line) => line + field),
    )

    expect(runNext('spec:compare').output).toContain(
      'the property `username`: ours has none, theirs optional',
    )
    edit('spec/auth.openapi.yaml', scope, `${scope.exec(spec)?.[0]}${field}`)
    expect(runNext('pnpm generate')).toMatchObject({
      status: 0,
      output: expect.stringContaining('validators.ts'),
    })
    expect(runNext('spec:diff')).toMatchObject({
      status: 1,
      output: expect.stringContaining('together additive'),
    })
    expect(runNext('typecheck').output).toMatch(/spec-coverage\.ts.*[\s\S]*notHandledYet: "username"/)
    const [, removed = '', added = ''] = /^-(.*)\n\+(.*)$/m.exec(blockOf('diff')) ?? []
    edit('packages/auth-core/src/client/spec-coverage.ts', removed, added)
    expect(runNext('spec:changeset')).toMatchObject({ status: 0, output: expect.stringContaining('minor') })
    expect(runNext('pnpm format')).toMatchObject({ status: 0 })
    expect(runNext('api:report')).toMatchObject({ status: 0 })
    expect(readFileSync(at('packages/auth-core/api-report.txt'), 'utf8')).toContain('username')
    expect(runNext('typecheck')).toMatchObject({ status: 0 })
    expect(runNext('generate --check')).toMatchObject({ status: 0 })
    // All of the tests are more than one test should run; those of the examples are the ones that a new field could break.
    expect(commands[next++]).toBe('npm test')
    const examples =
      'vitest run --configLoader native --config ../../scripts/test-bed/vitest.config.ts --project node spec-examples'
    expect(run(`cd packages/auth-core && ${at('node_modules/.bin')}/${examples}`)).toMatchObject({
      status: 0,
    })
    expect(run('rm auth.v1.openapi.yaml').status).toBe(0)
    expect(runNext('git add')).toMatchObject({ status: 0 })
    expect(runNext('git commit')).toMatchObject({
      status: 0,
      output: expect.stringContaining('.changeset/spec.md'),
    })
    expect(next).toBe(commands.length)
    expect(run('node scripts/spec-diff/spec-changeset.ts --check')).toEqual({ status: 0, output: '' })
    expect(run('node_modules/.bin/oxfmt --check')).toMatchObject({ status: 0 })
    expect(run('node scripts/release/api-report.ts --check')).toEqual({ status: 0, output: '' })
    expect(run('git status --porcelain').output).toBe('')
  },
  // The page promises a maintainer that it takes less.
  5 * 60_000,
)
