import { expect, test } from 'vitest'
import { environment } from '../../src/client/environment.ts'

test('an option that no variable stands for is named by itself', () => {
  expect(environment.nameOf('timeoutMs')).toBe('timeoutMs')
})
