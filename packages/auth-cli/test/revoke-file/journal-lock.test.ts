import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { startAuthMock } from '@tokenward/auth-mock'
import { expect, test, vi } from 'vitest'
import { findProcessSpace, lockJournal } from '../../src/revoke-file/journal-lock.ts'
import { countRevocations } from '../count-revocations.ts'
import { createFolder, runCli, startCli } from '../run-cli.ts'

// Several runs one after the other, and a lock that is watched for ten seconds.
vi.setConfig({ testTimeout: 60_000 })

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

test('lockJournal: a link of the name of the lock is removed, and what it leads to stays', async () => {
  using folder = createFolder()
  const [journal, precious] = [folder.path('journal'), folder.path('precious')]
  writeFileSync(precious, 'kept')
  symlinkSync(precious, `${journal}.${process.pid}.${findProcessSpace()}.lock`)
  const lock = await lockJournal(journal)
  expect(readFileSync(precious, 'utf8')).toBe('kept')
  lock.release()
  expect(readdirSync(folder.path('.'))).toEqual(['precious'])
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
  expect(readdirSync(cwd)).toContain(`revoke-stdin.journal.${first.child.pid}.${findProcessSpace()}.lock`)
  expect(await runCli(args, { cwd, input: mock.issueToken() })).toMatchObject({ code: 0 })
  expect(readdirSync(cwd).filter((name) => name.endsWith('.lock'))).toEqual([])
})

test('lockJournal: clears away what a run left whose process is gone, and nothing else', async () => {
  using folder = createFolder()
  const { pid } = spawnSync(process.execPath, ['--version'])
  const space = findProcessSpace()
  const others = [
    'other.journal.1.lock',
    `other.journal.1.${space}.lock`,
    'day.journal.lock',
    'day.journal.x.lock',
  ]
  for (const name of [`day.journal.${pid}.${space}.lock`, ...others]) writeFileSync(folder.path(name), '')
  const lock = await lockJournal(folder.path('day.journal'))
  expect(new Set(readdirSync(folder.path('.')))).toEqual(
    new Set([`day.journal.${process.pid}.${space}.lock`, ...others]),
  )
  lock.release()
  expect(new Set(readdirSync(folder.path('.')))).toEqual(new Set(others))
})

test('lockJournal: names the journal, the process and the file to remove', async () => {
  using folder = createFolder()
  const journal = folder.path('day.journal')
  const name = `day.journal.${process.ppid}.${findProcessSpace()}.lock`
  writeFileSync(folder.path(name), '')
  await expect(lockJournal(journal)).rejects.toThrow(
    `another run, process ${process.ppid}, is using the journal ${journal}; if there is no such run, remove ${folder.path(name)}`,
  )
  expect(readdirSync(folder.path('.'))).toEqual([name])
})

test('revoke --file: a run on the journal of a run in another container is refused, and sends nothing', async () => {
  await using mock = await startAuthMock()
  using count = countRevocations()
  using folder = createFolder()
  const cwd = folder.path('.')
  const args = ['revoke', '--json', '--base-url', mock.url, '--journal', 'day.journal', '--file']
  const first = startCli([...args, '-'], { cwd, container: true })
  first.child.stdin.write(`${mock.issueToken()}\n`)
  await count.reached(1)
  writeFileSync(folder.path('tokens.txt'), mock.issueToken())
  for (const container of [false, true]) {
    const { code, stdout } = await runCli([...args, 'tokens.txt', '--resume'], { cwd, container })
    expect(stdout).toContain('of another container or machine, is using the journal day.journal')
    expect(code).toBe(2)
  }
  first.child.stdin.end()
  expect(await first.result).toMatchObject({ code: 0 })
  expect(count.total()).toBe(1)
})

test('revoke --file: a run killed in another container does not keep the next one off its journal', async () => {
  await using mock = await startAuthMock()
  using folder = createFolder()
  const cwd = folder.path('.')
  writeFileSync(folder.path('revoke-stdin.journal.7.0123456789ab.lock'), '')
  const args = ['revoke', '--base-url', mock.url, '--file', '-']
  const { code, stderr } = await runCli(args, { cwd, input: mock.issueToken() })
  expect(code).toBe(0)
  expect(stderr).toContain('another container or machine may be using the journal')
  expect(readdirSync(cwd).filter((name) => name.endsWith('.lock'))).toEqual([])
})

test('revoke --file: a run whose lock was taken away ends, and says that another run may be using the journal', async () => {
  await using mock = await startAuthMock()
  using count = countRevocations()
  using folder = createFolder()
  const cwd = folder.path('.')
  const { child, result } = startCli(['revoke', '--json', '--base-url', mock.url, '--file', '-'], { cwd })
  child.stdin.write(`${mock.issueToken()}\n`)
  await count.reached(1)
  for (const name of readdirSync(cwd)) if (name.endsWith('.lock')) rmSync(folder.path(name))
  child.stdin.on('error', () => undefined)
  const feed = setInterval(() => child.stdin.write(`${mock.issueToken({ signed: false })}\n`), 50)
  const { code, stdout } = await result
  clearInterval(feed)
  expect(code).toBe(3)
  expect(JSON.parse(stdout)).toMatchObject({
    stopped: 'error',
    error: { message: expect.stringContaining('another run may be using it') },
  })
})
