// CONTRIBUTING tells the truth: every file of it exists, every command of it can be run.
import { spawnSync } from 'node:child_process'
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { copyParts } from '../../test-bed/workspace-copy.ts'
import { root } from '../../test-bed/run-command.ts'

const page = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8')
const readScripts = (folder: string): Readonly<Record<string, string>> =>
  (
    JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>
    }
  ).scripts

const named = [...page.matchAll(/`((?:packages|scripts|spec)\/[\w./-]+)`/g)].map(([, path = '']) => path)
const commands = [...page.matchAll(/npx --yes pnpm ([^`\n|]+)/g)].map(([, command = '']) => command.trim())

test('every file and folder that it names exists', () => {
  expect(named.length).toBeGreaterThan(25)
  expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([])
})

test('the tree names every folder of each src, of scripts and of packages', () => {
  const tree = /```\nspec\/[\s\S]*?```/.exec(page)?.[0] ?? ''
  const folders = [
    ...globSync('packages/*/src/*/', { cwd: root }).map((path) => path.split('/').at(-1) ?? ''),
    ...readdirSync(join(root, 'packages')),
    ...globSync('scripts/*/', { cwd: root, exclude: ['**/node_modules'] }).map(
      (path) => path.split('/').at(-1) ?? '',
    ),
  ]
  expect(folders.filter((name) => !tree.includes(`${name.replace(/\/$/, '')}/`))).toEqual([])
})

test.each(commands)('pnpm %s', (command) => {
  const words = command.match(/"[^"]*"|\S+/g) ?? []
  const [first = '', second = '', script = '', ...rest] = words
  if (first === 'SCRIPT' || first === 'changeset') return
  if (first === '--dir') return expect(existsSync(join(root, second, 'package.json'))).toBe(true)
  if (first !== '--filter') return expect(readScripts('.')).toHaveProperty([first === 'run' ? second : first])
  const folder = `packages/${second.replace('@tokenward/', '')}`
  expect(readScripts(folder)).toHaveProperty([script])
  const file = rest.find((word) => word.endsWith('.test.ts'))
  if (file === undefined) return undefined
  const text = readFileSync(join(root, folder, file), 'utf8')
  const title = rest[rest.indexOf('-t') + 1]?.replaceAll('"', '')
  return expect(rest.includes('-t') ? text.includes(title ?? '') : true).toBe(true)
})

test('pnpm changeset --minor … -m …: writes a changeset without a terminal', () => {
  const manifests = globSync('packages/*/package.json', { cwd: root })
  const copy = copyParts(['.changeset', 'package.json', 'pnpm-workspace.yaml', ...manifests])
  onTestFinished(() => copy[Symbol.dispose]())
  spawnSync('git', ['init', '-q'], { cwd: copy.folder })
  const changesets = (): string[] => readdirSync(join(copy.folder, '.changeset'))
  const before = changesets()
  const [, options = '', message = ''] = /pnpm changeset (--minor \S+) -m "(.+)"/.exec(page) ?? []
  const { status } = spawnSync(
    join(root, 'node_modules/.bin/changeset'),
    [...options.split(' '), '-m', message],
    {
      cwd: copy.folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  expect(status).toBe(0)
  const [added = ''] = changesets().filter((name) => !before.includes(name))
  const text = readFileSync(join(copy.folder, '.changeset', added), 'utf8')
  expect(text).toContain(message)
  expect(text).toMatch(/@tokenward\/auth-node["']: minor/)
})
