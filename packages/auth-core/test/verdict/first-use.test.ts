// In the order of a process's life, of which each step leaves the register behind: a file of its own, and one test.
import { expect, test } from 'vitest'
import { onTokenRevoked, wasTokenRevoked } from '../../src/index.ts'
import { clientOver, fakeService, json, mintToken } from '../fake-service.ts'

test('importing the package makes no register, looking into it makes none, and listening revokes no token', async () => {
  const hasRegister = (): boolean => Reflect.has(globalThis, Symbol.for('tokenward.revocations.1'))
  const token = mintToken()
  expect(hasRegister()).toBe(false)
  expect(wasTokenRevoked(token)).toBe(false)
  expect(hasRegister()).toBe(false)
  onTokenRevoked(() => undefined)
  expect(hasRegister()).toBe(true)
  expect(wasTokenRevoked(token)).toBe(false)
  await clientOver(fakeService(json({}))).revokeToken(token)
  expect(wasTokenRevoked(token)).toBe(true)
})
