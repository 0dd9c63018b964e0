import type { TestResult } from '@tokenward/scripts/test-bed/count-reporter'
import { expect, test } from 'vitest'
import { features } from './features.ts'
import { cases } from './suite.ts'
import { drawTable } from './table.ts'

const words = { head: ['S', 'O', 'R', 'W', 'H'], names: { phone: '手机' } }

function inRealm(name: string, state: TestResult['state'] = 'passed'): TestResult {
  return { project: 'node', file: 'test/realms/suite.test.ts', name, state }
}

test('drawTable: a realm has a mark for each feature of which it ran tests, and no mark for one that failed', () => {
  const tests = [
    inRealm('phone > sign-out: leaves'),
    inRealm('phone > other pages: hear', 'skipped'),
    inRealm('phone > watch: asks'),
    inRealm('phone > watch: hears', 'failed'),
    inRealm('phone, old > hooks: follow'),
  ]
  expect(drawTable(tests, words, [])).toEqual([
    '| | S | O | R | W | H |',
    '| - | - | - | - | - | - |',
    '| 手机 | ✓ | – | – | ✗ | – |',
    '| phone, old | – | – | – | – | ✓ |',
  ])
})

test('drawTable: an engine has the tests of its project, and those that drive it from Node', () => {
  const tests: TestResult[] = [
    { project: 'firefox', file: 'test/hooks.browser.test.ts', name: 'useSession: shows', state: 'passed' },
    {
      project: 'node',
      file: 'test/pages/pages.test.ts',
      name: 'webkit > pendingStore: a reload',
      state: 'passed',
    },
    { project: 'firefox', file: 'test/sign-out/tabs.browser.test.ts', name: 'close: ends', state: 'passed' },
  ]
  expect(drawTable(tests, words, ['firefox', 'webkit']).slice(2)).toEqual([
    '| Firefox | – | – | – | – | ✓ |',
    '| WebKit | – | – | ✓ | – | – |',
  ])
})

test.each(features)('each feature of the table has cases: %s', (feature) => {
  expect(cases.some((given) => given.feature === feature)).toBe(true)
})
