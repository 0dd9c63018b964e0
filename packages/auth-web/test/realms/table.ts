// Compares the table of platforms and features in both READMEs with the results of this package's last test run. With --write it runs the
// tests that the table is drawn from, and writes the table.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Engine, engines, installedEngines } from '@tokenward/scripts/browsers/browsers'
import type { RunResult, TestResult } from '@tokenward/scripts/test-bed/count-reporter'
import { runCommand } from '@tokenward/scripts/test-bed/run-command'
import { type Feature, features } from './features.ts'

const folder = fileURLToPath(new URL('../..', import.meta.url))

const realmTests = 'test/realms/suite.test.ts'

/** The tests that stand for a feature in the engines themselves: those of a file whose name holds a word. */
const engineTests: Readonly<Record<Feature, readonly [file: string, word: string]>> = {
  'sign-out': ['test/session/cloudbase-session.browser.test.ts', 'signOut'],
  'other pages': ['test/sign-out/tabs.browser.test.ts', 'signOut'],
  'waiting revocations': ['test/pages/pages.test.ts', 'pendingStore'],
  watch: ['test/sign-out/tabs.browser.test.ts', 'watchSession'],
  hooks: ['test/hooks.browser.test.ts', 'useSession'],
}
const engineNames: Readonly<Record<Engine, string>> = {
  chromium: 'Chromium',
  firefox: 'Firefox',
  webkit: 'WebKit',
}

/** What a README calls the features, in their order, and the platforms that have another name there. */
export interface Words {
  readonly head: readonly string[]
  readonly names?: Readonly<Record<string, string>>
}

const readmes: Readonly<Record<string, Words>> = {
  'README.md': {
    head: ['Sign-out', 'Other tabs or pages', 'Waiting revocations', '`watchSession`', 'Hooks'],
  },
  'README.zh-CN.md': {
    head: ['退出登录', '其他标签页或页面', '等待的撤销', '`watchSession`', 'Hook'],
    names: {
      'WeChat mini-program': '微信小程序',
      'WeChat mini-program, old phone': '微信小程序，旧手机',
      'WeChat mini-program plugin': '微信小程序插件',
      'React Native (Hermes), by the recipe': 'React Native（Hermes），按示例实现',
      'page without `eval` (CSP)': '禁用 `eval` 的页面（CSP）',
    },
  },
}

function mark(tests: readonly TestResult[]): string {
  const ran = tests.filter(({ state }) => state !== 'skipped')
  if (ran.length === 0) return '–'
  return ran.every(({ state }) => state === 'passed') ? '✓' : '✗'
}

/** Draws a line for each realm and each engine: ✓ where tests of the feature ran and all passed, – where none ran. */
export function drawTable(
  tests: readonly TestResult[],
  { head, names = {} }: Words,
  equippedEngines: readonly Engine[] = installedEngines,
): string[] {
  const inRealms = tests.filter(({ file }) => file === realmTests)
  const realms = [...new Set(inRealms.map(({ name }) => name.split(' > ')[0] ?? ''))]
  const markRealm = (realm: string, feature: Feature): string =>
    mark(inRealms.filter(({ name }) => name.startsWith(`${realm} > ${feature}: `)))
  const markEngine = (engine: Engine, feature: Feature): string => {
    const [ownFile, word] = engineTests[feature]
    const own = tests.filter(({ file, name }) => file === ownFile && name.includes(word))
    // Tests that drive whole pages run in Node, once for each engine.
    return mark(own.filter(({ project, name }) => project === engine || name.startsWith(`${engine} > `)))
  }
  const rows = [
    ['', ...head],
    ['', ...head].map(() => '-'),
    ...realms.map((realm) => [
      names[realm] ?? realm,
      ...features.map((feature) => markRealm(realm, feature)),
    ]),
    ...equippedEngines.map((engine) => [
      engineNames[engine],
      ...features.map((feature) => markEngine(engine, feature)),
    ]),
  ]
  return rows.map((cells) => `| ${cells.join(' | ')} |`.replaceAll('|  |', '| |'))
}

const place = /(?<=<!-- platforms -->\n\n)[^]*?(?=\n\n<!-- \/platforms -->)/

/** The lines of a table in a README, without the formatter's columns. */
function readTable(readme: string): string[] {
  const [table = ''] = place.exec(readFileSync(folder + readme, 'utf8')) ?? []
  return table.replaceAll(/ +/g, ' ').replaceAll(/-+/g, '-').split('\n')
}

/** Of an engine that is not installed here, only the README says what it can do. */
function isNotKnown(line: string): boolean {
  return engines.some(
    (engine) => !installedEngines.includes(engine) && line.startsWith(`| ${engineNames[engine]} |`),
  )
}

function readResults(): readonly TestResult[] {
  return (JSON.parse(readFileSync(`${folder}.results/result.json`, 'utf8')) as RunResult).tests
}

async function write(): Promise<void> {
  const files = new Set([realmTests, ...features.map((feature) => engineTests[feature][0])])
  // As the package's own command does.
  const config = ['--configLoader', 'native', '--config', '../../scripts/test-bed/vitest.config.ts']
  if (!(await runCommand('vitest', ['run', ...config, ...files], { cwd: folder }))) {
    process.exitCode = 1
    return
  }
  for (const [readme, words] of Object.entries(readmes)) {
    const lines = [...drawTable(readResults(), words), ...readTable(readme).filter(isNotKnown)]
    const text = readFileSync(folder + readme, 'utf8')
    writeFileSync(folder + readme, text.replace(place, lines.join('\n')))
  }
  await runCommand('oxfmt', Object.keys(readmes), { cwd: folder })
}

function compare(): void {
  for (const [readme, words] of Object.entries(readmes)) {
    const drawn = drawTable(readResults(), words)
    const shown = readTable(readme).filter((line) => !isNotKnown(line))
    if (drawn.join('\n') === shown.join('\n')) continue
    process.exitCode = 1
    console.error(`the table in ${readme} is not what the tests say:`)
    for (const line of drawn) if (!shown.includes(line)) console.error(`  tests   ${line}`)
    for (const line of shown) if (!drawn.includes(line)) console.error(`  README  ${line}`)
  }
  if (process.exitCode) console.error('to mend it: pnpm --filter @tokenward/auth-web platforms')
}

if (import.meta.main) {
  if (process.argv.includes('--write')) await write()
  else compare()
}
