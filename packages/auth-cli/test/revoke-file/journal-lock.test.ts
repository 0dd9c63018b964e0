import { spawnSync } from 'node:child_process'
import { readdirSync, writeFileSync } from 'node:fs'
import { startAuthMock } from '@tokenward/auth-mock'
import { expect, test } from 'vitest'
import { lockJournal } from '../../src/revoke-file/journal-lock.ts'
import { countRevocations } from '../count-revocations.ts'
import { createFolder, runCli, startCli } from '../run-cli.ts'

test('revoke --file: a second run on the journal of a running one is refused, and sends nothing', async () => {
  await using mock = await startAuthMock()
  using count = countRevocations()
  using folder = createFolder()
  const cwd = folder.path('.')
  const args = ['revoke', '--json', '--base-url', mock.url, '--journal', 'day.journal', '--file']
  const first = startCli([...args, '-'], { cwd })
  first.child.stdin.write(`${mock.issueToken()}\n`)
  await count.reached(1)
  writeFileSync(folder.path('tokens.txt'), mock.issueToken())
  for (const resume of [[], ['--resume']]) {
    const { code, stdout } = await runCli([...args, 'tokens.txt', ...resume], { cwd })
    expect(stdout).toContain('is using the journal day.journal')
    expect(code).toBe(2)
  }
  first.child.stdin.end()
  expect(await first.result).toMatchObject({ code: 0 })
  expect(count.total()).toBe(1)
  expect(await runCli([...args, 'tokens.txt', '--resume'], { cwd })).toMatchObject({ code: 0 })
  expect(readdirSync(cwd).filter((name) => name.endsWith('.lock'))).toEqual([])
})

test('revoke --file: a run killed with SIGKILL does not keep the next one off its journal', async () => {
  await using mock = await startAuthMock()
  using count = countRevocations()
  using folder = createFolder()
  const cwd = folder.path('.')
  const args = ['revoke', '--json', '--base-url', mock.url, '--file', '-', '--resume']
  const first = startCli(args, { cwd })
  first.child.stdin.write(`${mock.issueToken()}\n`)
  await count.reached(1)
  first.child.kill('SIGKILL')
  await first.result
  expect(readdirSync(cwd)).toContain(`revoke-stdin.journal.${first.child.pid}.lock`)
  expect(await runCli(args, { cwd, input: mock.issueToken() })).toMatchObject({ code: 0 })
  expect(readdirSync(cwd).filter((name) => name.endsWith('.lock'))).toEqual([])
})

test('lockJournal: clears away what a run left whose process is gone, and nothing else', () => {
  using folder = createFolder()
  const { pid } = spawnSync(process.execPath, ['--version'])
  const others = ['other.journal.1.lock', 'day.journal.lock', 'day.journal.x.lock']
  for (const name of [`day.journal.${pid}.lock`, ...others]) writeFileSync(folder.path(name), '')
  const unlock = lockJournal(folder.path('day.journal'))
  expect(new Set(readdirSync(folder.path('.')))).toEqual(
    new Set([`day.journal.${process.pid}.lock`, ...others]),
  )
  unlock()
  expect(new Set(readdirSync(folder.path('.')))).toEqual(new Set(others))
})

test('lockJournal: names the journal, the process and the file to remove', () => {
  using folder = createFolder()
  const journal = folder.path('day.journal')
  writeFileSync(`${journal}.${process.ppid}.lock`, '')
  expect(() => lockJournal(journal)).toThrow(
    `another run, process ${process.ppid}, is using the journal ${journal}; if there is no such run, remove ${journal}.${process.ppid}.lock`,
  )
  expect(readdirSync(folder.path('.'))).toEqual([`day.journal.${process.ppid}.lock`])
})
