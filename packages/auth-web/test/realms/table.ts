// The table of platforms and features in the README, from the list that decides which cases run where.
// With --write it is written into the README.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { features } from './features.ts'
import { hosts } from './hosts.ts'

const readme = new URL('../../README.md', import.meta.url)
const place = /(<!-- platforms -->\n\n)[^]*?(\n\n<!-- \/platforms -->)/

const head: Readonly<Record<(typeof features)[number], string>> = {
  'sign-out': 'Sign-out',
  'other pages': 'Other tabs or pages',
  'waiting revocations': 'Waiting revocations',
  watch: '`watchSession`',
  hooks: 'Hooks',
}

/** The tests that run in Chromium, Firefox and WebKit themselves. */
const browserTests: Readonly<Record<(typeof features)[number], string>> = {
  'sign-out': 'session/cloudbase-session.browser.test.ts',
  'other pages': 'sign-out/tabs.browser.test.ts',
  'waiting revocations': 'pages/pages.test.ts',
  watch: 'sign-out/tabs.browser.test.ts',
  hooks: 'hooks.browser.test.ts',
}

/** Draws the table, with columns as wide as the formatter makes them. */
export function drawTable(): string {
  const rows = [
    ['', ...features.map((feature) => head[feature])],
    ...hosts.map(({ facts, without = [] }) => [
      facts.name,
      ...features.map((feature) => (without.includes(feature) ? '–' : '✓')),
    ]),
    [
      'Chromium, Firefox, WebKit',
      ...features.map((feature) =>
        existsSync(new URL(`../${browserTests[feature]}`, import.meta.url)) ? '✓' : '–',
      ),
    ],
  ]
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? []
  const draw = (cells: readonly string[], fill: string): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0, fill)).join(' | ')} |`
  const [first = [], ...others] = rows
  return [
    draw(first, ' '),
    draw(
      first.map(() => ''),
      '-',
    ),
    ...others.map((row) => draw(row, ' ')),
  ].join('\n')
}

/** The table that the README shows. */
export function readTable(): string | undefined {
  return place.exec(readFileSync(readme, 'utf8'))?.[0].split('\n').slice(2, -2).join('\n')
}

if (import.meta.main && process.argv.includes('--write')) {
  const text = readFileSync(readme, 'utf8')
  writeFileSync(
    readme,
    text.replace(place, (_all, before: string, after: string) => before + drawTable() + after),
  )
}
