import { expect, test } from 'vitest'
import { features } from './features.ts'
import { hosts } from './hosts.ts'
import { cases } from './suite.ts'
import { drawTable, readTable } from './table.ts'

test('README: the table says which suite ran where; to mend it: pnpm --filter @tokenward/auth-web platforms', () => {
  expect(readTable()).toBe(drawTable())
})

test('each feature of the table has cases, and each platform runs those of every feature that it has', () => {
  for (const feature of features) expect(cases.some((given) => given.feature === feature)).toBe(true)
  expect(new Set(hosts.map(({ facts }) => facts.name)).size).toBe(hosts.length)
})
