import { expect, test } from 'vitest'
import { cloudbaseSession, createAuthClient, memorySession, webStorageSession } from '../../src/index.ts'

const refused = (argument: string): unknown => expect.objectContaining({ code: 'configuration', argument })

test.each(['local', 7, null, {}, { read: (): null => null }, { ...memorySession(), clear: 'yes' }])(
  'createAuthClient: %o is no session',
  (session) => {
    expect(() => createAuthClient({ env: 'shop', session: session as never })).toThrow(refused('session'))
  },
)

test('createAuthClient: a session whose read is asynchronous is refused by name', () => {
  const session = { ...memorySession(), read: async () => 'token' }
  expect(() => createAuthClient({ env: 'shop', session: session as never })).toThrow(refused('session'))
})

test.each([{ sesion: memorySession() }, { pendingstore: 'local' }, { timeout: 5 }])(
  'createAuthClient: the option %o does not exist, and is refused by name',
  (options) => {
    expect(() => createAuthClient({ env: 'shop', ...options })).toThrow(
      refused(Object.keys(options)[0] ?? ''),
    )
  },
)

test.each([
  [{}, 'key'],
  [{ key: '' }, 'key'],
  [{ key: 7 }, 'key'],
  [{ key: 'a', storage: 'disk' }, 'storage'],
  [{ key: 'a', area: 'local' }, 'area'],
])('webStorageSession: %o is refused by name', (options, argument) => {
  expect(() => webStorageSession(options as never)).toThrow(refused(argument))
})

test.each([
  [{}, 'env'],
  [{ env: '' }, 'env'],
  [{ env: 'shop', auth: {} }, 'auth'],
  [{ env: 'shop', sdk: {} }, 'sdk'],
])('cloudbaseSession: %o is refused by name', (options, argument) => {
  expect(() => cloudbaseSession(options as never)).toThrow(refused(argument))
})

test('createAuthClient: an option in a polluted Object.prototype is ignored', () => {
  const prototype = Object.prototype as { pendingStore?: unknown }
  prototype.pendingStore = 'disk'
  try {
    expect(() => createAuthClient({ env: 'shop' })).not.toThrow()
  } finally {
    delete prototype.pendingStore
  }
})
