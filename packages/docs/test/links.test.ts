// Links of the READMEs and other pages at the top lead to files and headings of this repository.
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root } from '@tokenward/scripts/test-bed/run-command'
import { expect, test } from 'vitest'

const files = globSync(
  '{*.md,spec/*.md,packages/*/README*.md,packages/*/skills/*/SKILL.md,packages/docs/pages/{,zh/}{guide,errors}/*.md}',
  { cwd: root },
).toSorted()
const home = 'https://github.com/tokenward/tokenward/blob/main/'

/** The anchors of a page: its headings as GitHub and the site write them, and those that a heading names itself. */
function anchorsOf(file: string): Set<string> {
  const headings = readFileSync(join(root, file), 'utf8').matchAll(/^#+ (.+?)(?: \{#([\w-]+)\})?$/gm)
  return new Set(
    Array.from(headings, ([, title = '', id]) => {
      const plain = title.replaceAll(/\[([^\]]+)\]\([^)]*\)/g, '$1').toLowerCase()
      return (
        id ??
        plain
          .replaceAll(/[^\p{L}\p{N}\s_-]+/gu, ' ')
          .trim()
          .replaceAll(/\s+/g, '-')
      )
    }),
  )
}

/** The links of a page that lead into this repository, as a path and an anchor. */
function linksOf(file: string): [path: string, anchor: string | undefined][] {
  const text = readFileSync(join(root, file), 'utf8').replaceAll(/^```[^]*?^```/gm, '')
  const targets = text.matchAll(/\]\(([^)\s]+)\)|^\[[\w-]+\]: (\S+)$/gm)
  return Array.from(targets, ([, inline, reference]) => inline ?? reference ?? '')
    .filter((target) => target.startsWith(home) || !/^\w+:/.test(target))
    .map((target) => {
      const [path = '', anchor] = target.replace(home, '').split('#')
      if (target.startsWith(home)) return [path, anchor]
      return [path === '' ? file : join(dirname(file), path), anchor]
    })
}

test.each(files)('%s', (file) => {
  const dead = linksOf(file).filter(([path, anchor]) => {
    // Generated when the site is built; site.test.ts looks at them.
    if (path.startsWith('packages/docs/pages/') && path.includes('/reference/')) return false
    if (!existsSync(join(root, path))) return true
    return anchor !== undefined && path.endsWith('.md') && !anchorsOf(path).has(anchor)
  })
  expect(dead).toEqual([])
})
