// Tests and types of a package see the source of its siblings, not what was built last. Shown in a copy of the workspace without any build.
import { spawnSync } from 'node:child_process'
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { copyWorkspace, type WorkspaceCopy } from '../../test-bed/workspace-copy.ts'
import { root } from '../../test-bed/run-command.ts'

let copy: WorkspaceCopy
beforeAll(() => {
  copy = copyWorkspace()
})
afterAll(() => copy[Symbol.dispose]())

const minute = 60_000
const verdict = 'packages/auth-core/src/verdict/verdict.ts'

interface Run {
  readonly status: number | null
  readonly output: string
}

/** Runs a script of a package's package.json, with arguments of ours behind its own. */
function runScript(folder: string, script: 'test' | 'typecheck', ...more: string[]): Run {
  const cwd = join(copy.folder, 'packages', folder)
  const { scripts } = JSON.parse(readFileSync(join(cwd, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>
  }
  const [command = '', ...args] = (scripts[script] ?? '').split(' ')
  const { NODE_OPTIONS: _, ...env } = process.env
  const { status, stdout, stderr } = spawnSync(join(root, 'node_modules/.bin', command), [...args, ...more], {
    cwd,
    env: { ...env, NO_COLOR: '1' },
    encoding: 'utf8',
  })
  return { status, output: stdout + stderr }
}

/** Replaces a text of a file in the copy while `work` runs. */
function withChange<Result>(file: string, from: string | RegExp, to: string, work: () => Result): Result {
  const path = join(copy.folder, file)
  const text = readFileSync(path, 'utf8')
  const changed = text.replace(from, to)
  expect(changed).not.toBe(text)
  writeFileSync(path, changed)
  try {
    return work()
  } finally {
    writeFileSync(path, text)
  }
}

test('the copy holds no build', () => {
  expect(globSync('{packages/*,scripts}/dist', { cwd: copy.folder })).toEqual([])
})

describe.each([
  { folder: 'auth-node', file: 'test/client/create-auth-client.test.ts' },
  { folder: 'auth-web', file: 'test/sign-out/sign-out.test.ts' },
  { folder: 'auth-cli', file: 'test/commands/revoke.test.ts' },
])('the tests of $folder', ({ folder, file }) => {
  const run = (...more: string[]): Run => runScript(folder, 'test', '--project', 'node', file, ...more)

  test(
    'pass without a build',
    () => {
      const { status, output } = run()
      expect(output).toMatch(/^[1-9]\d* passed, 0 failed$/m)
      expect(status).toBe(0)
    },
    minute,
  )

  test(
    'fail when the verdict of auth-core is broken',
    () => {
      const { status, output } = withChange(verdict, /status === 200/g, 'status === 299', () =>
        // One failure is enough.
        run('--bail', '1'),
      )
      expect(output).toMatch(/^\d+ passed, [1-9]\d* failed(, \d+ skipped)?$/m)
      expect(status).toBe(1)
    },
    minute,
  )
})

// A file that is right by what auth-core exports now. Alone, because the compiler takes ten times as long for a whole package.
const probe = `import type { RevokeTokenResult } from '@tokenward/auth-core'
export const outcome: RevokeTokenResult['outcome'] = 'revoked'
`

test.each(['auth-node', 'auth-web', 'auth-cli'])(
  'the types of %s: see what auth-core exports now',
  (folder) => {
    const typecheck = (): Run =>
      withChange(
        `packages/${folder}/tsconfig.json`,
        /"include": \[.*\]/,
        '"include": ["test/probe.ts"]',
        () => runScript(folder, 'typecheck'),
      )
    writeFileSync(join(copy.folder, 'packages', folder, 'test/probe.ts'), probe)
    expect(typecheck()).toEqual({ status: 0, output: '' })
    const { status, output } = withChange(
      verdict,
      "outcome: 'revoked' | 'already_inactive'",
      'outcome: 1',
      typecheck,
    )
    expect(output).toMatch(/probe\.ts.*error TS2322/)
    expect(status).not.toBe(0)
  },
  minute,
)

interface TurboTask {
  readonly taskId: string
  readonly task: string
  readonly hash: string
  readonly dependencies: readonly string[]
}

function plan(): readonly TurboTask[] {
  const { stdout } = spawnSync(
    join(root, 'node_modules/.bin/turbo'),
    ['run', 'test', 'typecheck', '--dry=json', '--no-daemon'],
    { cwd: copy.folder, encoding: 'utf8', env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1' } },
  )
  return (JSON.parse(stdout) as { tasks: TurboTask[] }).tasks
}

describe('turbo', () => {
  const users = ['auth-core', 'auth-node', 'auth-web', 'auth-cli', 'auth-mock', 'scripts'].flatMap((name) => [
    `@tokenward/${name}#test`,
    `@tokenward/${name}#typecheck`,
  ])

  let unchanged: readonly TurboTask[]
  beforeAll(() => {
    unchanged = plan()
  }, minute)

  test(
    'runs every test and type check again after a change of the source of auth-core',
    () => {
      const hashesOf = (tasks: readonly TurboTask[]): Map<string, string> =>
        new Map(tasks.map(({ taskId, hash }) => [taskId, hash]))
      const hashes = (): Map<string, string> => hashesOf(plan())
      const before = hashesOf(unchanged)
      const after = withChange(verdict, /status === 200/g, 'status === 299', hashes)
      expect(users.filter((user) => before.get(user) === after.get(user))).toEqual([])
      expect(hashes()).toEqual(before)
    },
    minute,
  )

  test(
    'builds for no test and no type check but those of scripts, which packs',
    () => {
      const tasks = new Map(unchanged.map((task) => [task.taskId, task]))
      const needs = (id: string): string[] => {
        const own = tasks.get(id)?.dependencies ?? []
        return [...own, ...own.flatMap(needs)]
      }
      const building = users.filter((user) => needs(user).some((id) => id.endsWith('#build')))
      expect(building).toEqual(['@tokenward/scripts#test'])
    },
    minute,
  )
})
