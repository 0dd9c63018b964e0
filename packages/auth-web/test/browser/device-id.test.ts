import { afterEach, expect, test, vi } from 'vitest'
import { fakeStorage } from '../bed/fake-storage.ts'

const made = /^[0-9a-f]{32}$/

function refuse(): never {
  throw new DOMException('blocked', 'SecurityError')
}

// Each test is a page of its own.
async function openPage(storage?: Storage): Promise<() => string> {
  vi.resetModules()
  vi.stubGlobal('localStorage', storage)
  return (await import('../../src/browser/device-id.ts')).readDeviceId
}

afterEach(() => vi.unstubAllGlobals())

test('readDeviceId: makes 32 digits once and keeps them under the key of the vendor', async () => {
  const storage = fakeStorage()
  const first = (await openPage(storage))()
  expect(first).toMatch(made)
  expect(storage.getItem('device_id')).toBe(first)
  expect((await openPage(storage))()).toBe(first)
})

test.each([16, 32, 48])('readDeviceId: an id of %i characters is kept', async (length) => {
  const id = 'V'.repeat(length)
  expect((await openPage(fakeStorage([['device_id', id]])))()).toBe(id)
})

test.each(['', 'V'.repeat(15), 'V'.repeat(49), `${'V'.repeat(20)} `, `${'V'.repeat(20)}é`])(
  'readDeviceId: "%s" cannot be used and is replaced',
  async (kept) => {
    const storage = fakeStorage([['device_id', kept]])
    const id = (await openPage(storage))()
    expect(id).toMatch(made)
    expect(storage.getItem('device_id')).toBe(id)
  },
)

test('readDeviceId: without storage the page has one id of its own', async () => {
  const read = await openPage()
  const id = read()
  expect(id).toMatch(made)
  expect(read()).toBe(id)
})

test('readDeviceId: storage that throws is like none', async () => {
  const storage = fakeStorage()
  vi.spyOn(storage, 'getItem').mockImplementation(refuse)
  vi.spyOn(storage, 'setItem').mockImplementation(refuse)
  const read = await openPage(storage)
  expect(read()).toMatch(made)
  expect(read()).toBe(read())
})

test('readDeviceId: when storage is full the id stays the same, and is kept once there is room', async () => {
  const storage = fakeStorage()
  const full = vi.spyOn(storage, 'setItem').mockImplementation(() => {
    throw new DOMException('full', 'QuotaExceededError')
  })
  const read = await openPage(storage)
  const id = read()
  expect(read()).toBe(id)
  full.mockRestore()
  expect(read()).toBe(id)
  expect(storage.getItem('device_id')).toBe(id)
})
