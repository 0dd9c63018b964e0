import { afterEach, describe, expect, test, vi } from 'vitest'
import { readRetryAfter } from '../../src/verdict/retry-after.ts'

const dayMs = 86_400_000
const now = Date.parse('2026-01-01T00:00:00Z')
const read = (value: string | undefined): number | undefined =>
  readRetryAfter(new Headers(value === undefined ? {} : { 'retry-after': value }))

describe('Retry-After', () => {
  afterEach(() => void vi.useRealTimers())

  test.each<[string | undefined, number | undefined]>([
    ['0', 0],
    ['86400', dayMs],
    ['86401', undefined],
    ['-1', undefined],
    ['', undefined],
    [undefined, undefined],
    ['Thu, 01 Jan 2026 00:00:00 GMT', 0],
    ['Fri, 02 Jan 2026 00:00:00 GMT', dayMs],
    ['Fri, 02 Jan 2026 00:00:01 GMT', undefined],
    ['Wed, 31 Dec 2025 23:59:59 GMT', undefined],
    ['Thursday, 01-Jan-26 00:00:04 GMT', 4_000],
    ['Thu Jan  1 00:00:04 2026', 4_000],
    ['soon', undefined],
  ])('verifyToken: %j is read as %j ms', (value, ms) => {
    vi.useFakeTimers({ toFake: ['Date'], now })
    vi.stubEnv('TZ', 'Asia/Shanghai')
    expect(read(value)).toBe(ms)
    vi.unstubAllEnvs()
  })
})
