import { expect, test } from 'vitest'
import { hashToken } from '../../src/token-input/hash-token.ts'
import { createHashTable } from '../../src/bulk/hash-table.ts'

test('hash table: agrees with a Map over many hashes, also while it grows', () => {
  const table = createHashTable()
  const model = new Map<string, number>()
  for (let index = 0; index < 20_000; index += 1) {
    const key = `${index % 15_000}`
    const value = (index % 255) + 1
    expect(table.put(hashToken(key), value)).toBe(model.get(key))
    model.set(key, value)
  }
  for (const [key, value] of model) expect(table.put(hashToken(key), 1)).toBe(value)
  expect(table.size()).toBe(model.size)
  expect(table.put(hashToken('never'), 1)).toBeUndefined()
})

test('hash table: hashes that share their slot stay apart', () => {
  const table = createHashTable()
  const bytes = Buffer.alloc(32)
  const one = bytes.toString('base64url')
  bytes.writeUInt8(1, 15)
  const two = bytes.toString('base64url')
  table.put(one, 1)
  expect(table.put(two, 2)).toBeUndefined()
  expect([table.put(one, 3), table.put(two, 3)]).toEqual([1, 2])
})
