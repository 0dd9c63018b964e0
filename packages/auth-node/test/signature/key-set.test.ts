import { exportJWK, generateKeyPair, type JWK } from 'jose'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createKeySet } from '../../src/signature/key-set.ts'

const never = new Promise<never>(() => undefined)

async function createJwk(kid: string): Promise<JWK> {
  const { publicKey } = await generateKeyPair('RS256')
  return { ...(await exportJWK(publicKey)), kid }
}

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }))
afterEach(() => void vi.useRealTimers())

test('concurrent checks share one fetch of the keys', async () => {
  const fetchKeys = vi.fn<() => Promise<readonly JWK[]>>(async () => [await createJwk('one')])
  const keys = createKeySet(fetchKeys, true)
  const found = await Promise.all([keys.find('one'), keys.find('one'), keys.find('two')])
  expect(found).toEqual([expect.anything(), expect.anything(), undefined])
  expect(fetchKeys).toHaveBeenCalledOnce()
})

test('Workers: a check waits for no keys that the request of another check fetches', async () => {
  const keys = createKeySet(() => never, false)
  const first = keys.find('one')
  // Without a timer: the clock stands still.
  expect(await keys.find('one')).toBeUndefined()
  await vi.advanceTimersByTimeAsync(1_000)
  expect(await first).toBeUndefined()
})

test('Workers: keys whose fetch ended with its request are fetched again after 30 seconds', async () => {
  const jwk = await createJwk('one')
  const fetchKeys = vi.fn<() => Promise<readonly JWK[]>>().mockReturnValueOnce(never).mockResolvedValue([jwk])
  const keys = createKeySet(fetchKeys, false)
  const first = keys.find('one')
  await vi.advanceTimersByTimeAsync(29_999)
  expect(await first).toBeUndefined()
  expect(await keys.find('one')).toBeUndefined()
  expect(fetchKeys).toHaveBeenCalledOnce()
  await vi.advanceTimersByTimeAsync(1)
  expect(await keys.find('one')).toMatchObject({ type: 'public' })
  expect(fetchKeys).toHaveBeenCalledTimes(2)
})

test('keys that took longer than a check waits are there for the next one', async () => {
  let deliver: (keys: readonly JWK[]) => void = () => undefined
  const delivered = new Promise<readonly JWK[]>((resolve) => {
    deliver = resolve
  })
  const keys = createKeySet(() => delivered, true)
  const first = keys.find('one')
  await vi.advanceTimersByTimeAsync(1_000)
  expect(await first).toBeUndefined()
  deliver([await createJwk('one')])
  expect(await keys.find('one')).toMatchObject({ type: 'public' })
})
