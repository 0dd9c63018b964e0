import { readFileSync, writeFileSync } from 'node:fs'
import { startAuthMock } from '@tokenward/auth-mock'
import { expect, test } from 'vitest'
import { countRevocations } from '../count-revocations.ts'
import { createFolder, startCli } from '../run-cli.ts'

const tokenCount = 20_000

test('revoke --resume: of 20,000 tokens, stopped twice, at a service that fails one in ten, the report tells the truth in each line', async () => {
  await using mock = await startAuthMock()
  using count = countRevocations()
  using folder = createFolder()
  const file = folder.path('tokens.txt')
  const tokens = Array.from({ length: tokenCount }, (_, at) =>
    mock.issueToken({ sub: `user-${at + 1}`, signed: false }),
  )
  writeFileSync(file, tokens.join('\n'))
  mock.fail({ operation: 'revokeToken', status: 500, probability: 0.1 })
  const args = ['revoke', '--json', '--base-url', mock.url, '--file', file, '--resume']
  for (const at of [6_000, 12_000]) {
    const { child, result } = startCli(args)
    await count.reached(at)
    child.kill('SIGINT')
    expect(await result).toMatchObject({ code: 130 })
  }
  const { code, stdout } = await startCli(args).result
  const summary = JSON.parse(stdout) as Record<string, number>
  expect(code).toBe(1)

  const states = new Map(mock.tokens().map(({ sub, state }) => [sub, state]))
  const [, ...rows] = readFileSync(`${file}.report.csv`, 'utf8').trimEnd().split('\n')
  const told = rows.map((row) => row.split(',') as [string, string, string, string])
  expect(told.map(([line]) => Number(line)).sort((a, b) => a - b)).toEqual(
    Array.from({ length: tokenCount }, (_, at) => at + 1),
  )
  const untrue = told.filter(([line, outcome, , sub]) => {
    const state = states.get(`user-${line}`)
    return sub !== `user-${line}` || state !== (outcome === 'revoked' ? 'revoked' : 'active')
  })
  expect(untrue).toEqual([])
  const failed = told.filter(([, outcome]) => outcome === 'failed')
  expect(failed.length).toBeGreaterThan(0)
  expect(summary).toMatchObject({
    failed: failed.length,
    revoked: tokenCount - failed.length,
    before: told.filter(([, , detail]) => detail === 'in an earlier run').length,
  })
}, 120_000)
