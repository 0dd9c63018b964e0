import { expect, test } from 'vitest'
import { hashToken } from '../../src/token-input/hash-token.ts'
import { createHashTable } from '../../src/bulk/hash-table.ts'

test('hash table: agrees with a Map over many hashes, also while it grows', () => {
  const table = createHashTable()
  const model = new Map<string, number>()
  for (let index = 0; index < 20_000; index += 1) {
    const key = `${index % 15_000}`
    expect(table.get(hashToken(key))).toBe(model.get(key))
    const value = (index % 255) + 1
    table.set(hashToken(key), value)
    model.set(key, value)
  }
  for (const [key, value] of model) expect(table.get(hashToken(key))).toBe(value)
  expect(table.size()).toBe(model.size)
  expect(table.get(hashToken('never'))).toBeUndefined()
})

test('hash table: hashes that share their slot stay apart', () => {
  const table = createHashTable()
  const bytes = Buffer.alloc(32)
  const one = bytes.toString('base64url')
  bytes.writeUInt8(1, 15)
  const two = bytes.toString('base64url')
  table.set(one, 1)
  expect(table.get(two)).toBeUndefined()
  table.set(two, 2)
  expect([table.get(one), table.get(two)]).toEqual([1, 2])
})
