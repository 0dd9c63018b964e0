// The oldest engines that the README names lack these. The package is loaded in a frame that lacks them as well.
import { afterEach, expect, test } from 'vitest'
import { baseUrl, issueToken, stateOf } from '../bed/relay.ts'
import { closeTabs, openTab, type Tab } from '../bed/tab.ts'

afterEach(closeTabs)

type Frame = Tab['window']

function remove(from: object, ...names: string[]): void {
  for (const name of names) Reflect.deleteProperty(from, name)
}

const missing: readonly (readonly [string, (frame: Frame) => void])[] = [
  ['Object.hasOwn', (frame) => remove(frame.Object, 'hasOwn', 'groupBy')],
  ['AbortSignal#throwIfAborted', (frame) => remove(frame.AbortSignal.prototype, 'throwIfAborted', 'reason')],
  ['AbortSignal.any and timeout', (frame) => remove(frame.AbortSignal, 'any', 'timeout', 'abort')],
  ['Response#body', (frame) => remove(frame.Response.prototype, 'body')],
  ['ReadableStream', (frame) => remove(frame, 'ReadableStream', 'TransformStream')],
  [
    'at, findLast and the copying methods',
    (frame) => {
      remove(frame.Array.prototype, 'at', 'findLast', 'toSorted', 'toSpliced', 'with')
      remove(frame.String.prototype, 'at', 'isWellFormed')
    },
  ],
  ['structuredClone', (frame) => remove(frame, 'structuredClone')],
  ['BroadcastChannel', (frame) => remove(frame, 'BroadcastChannel')],
  ['Navigator locks and crypto.randomUUID', (frame) => remove(frame.Crypto.prototype, 'randomUUID')],
]

test.each(missing)('signOut: works where %s is missing', async (_name, take) => {
  const { web } = await openTab(take)
  const auth = web.createAuthClient({
    baseUrl,
    clientId: 'shop',
    session: web.webStorageSession({ key: 'old' }),
  })
  const token = await issueToken()
  auth.session.write(token)
  await expect(auth.signOut()).resolves.toEqual({ local: 'cleared', remote: 'revoked' })
  expect(await stateOf(token)).toBe('revoked')
  auth.close()
})

test('signOut: works where all of that is missing at once', async () => {
  const { web } = await openTab((frame) => {
    for (const [, take] of missing) take(frame)
  })
  const auth = web.createAuthClient({ baseUrl, clientId: 'shop' })
  const token = await issueToken()
  auth.session.write(token)
  await expect(auth.signOut()).resolves.toEqual({ local: 'cleared', remote: 'revoked' })
  auth.close()
})
