import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { openJournal } from '../../src/revoke-file/journal.ts'
import { hashToken } from '../../src/token-input/hash-token.ts'
import { createFolder } from '../run-cli.ts'

const options = { service: new URL('https://my-env.example.com'), confirm: false, resume: true }

async function load(path: string): Promise<[string, string][]> {
  const dead: [string, string][] = []
  const journal = await openJournal(path, options, (hash, outcome) => {
    dead.push([hash, outcome])
  })
  journal.close()
  return dead
}

test('journal: hands over the dead, and not what failed', async () => {
  using folder = createFolder()
  const path = folder.path('journal')
  const journal = await openJournal(path, options, () => undefined)
  await journal.append(hashToken('a'), 'revoked')
  await journal.append(hashToken('b'), 'failed')
  await journal.append(hashToken('c'), 'already_inactive')
  await journal.append(hashToken('d'), 'unconfirmed')
  journal.close()
  expect(await load(path)).toEqual([
    [hashToken('a'), 'revoked'],
    [hashToken('c'), 'already_inactive'],
  ])
})

test('journal: a line is in the file once it is appended', async () => {
  using folder = createFolder()
  const path = folder.path('journal')
  const journal = await openJournal(path, options, () => undefined)
  await journal.append(hashToken('a'), 'revoked')
  expect(readFileSync(path, 'utf8')).toContain(`${hashToken('a')} revoked\n`)
  journal.close()
})

test.each([10, 43, 44, 50])(
  'journal: a last line cut off after %d characters counts for nothing',
  async (length) => {
    using folder = createFolder()
    const path = folder.path('journal')
    await load(path)
    appendFileSync(path, `${hashToken('torn')} already_inactive\n`.slice(0, length))
    const journal = await openJournal(path, options, () => expect.unreachable())
    await journal.append(hashToken('next'), 'revoked')
    journal.close()
    expect(await load(path)).toEqual([[hashToken('next'), 'revoked']])
  },
)

test('journal: one that a full disk left empty is begun anew', async () => {
  using folder = createFolder()
  const path = folder.path('journal')
  writeFileSync(path, '')
  const journal = await openJournal(path, options, () => expect.unreachable())
  await journal.append(hashToken('a'), 'revoked')
  journal.close()
  expect(await load(path)).toEqual([[hashToken('a'), 'revoked']])
})
