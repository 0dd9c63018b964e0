import { createElement } from 'react'
import { renderToString } from 'react-dom/server'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createSSRApp, effectScope, nextTick } from 'vue'
import { renderToString as renderVue } from 'vue/server-renderer'
import { type AuthClient, createAuthClient, memorySession } from '../src/index.ts'
import * as react from '../src/react.ts'
import * as vue from '../src/vue.ts'
import { createFakeService } from '@tokenward/test-kit/fake-service'
import { mintToken } from './bed/tokens.ts'

function signedIn(): ReturnType<typeof createAuthClient> {
  const session = memorySession()
  session.write(mintToken())
  return createAuthClient({ env: 'shop', session, fetch: createFakeService().fetch })
}

test('exports: react and vue have exactly these', () => {
  expect([Object.keys(react), Object.keys(vue)]).toEqual([
    ['useSession', 'useSignOut'],
    ['useSession', 'useSignOut'],
  ])
})

test('react useSession: a server renders the signed-out page', () => {
  const auth = signedIn()
  const Page = (): string => (react.useSession(auth).isSignedIn ? 'in' : 'out')
  expect(renderToString(createElement(Page))).toBe('out')
})

test('vue useSession: a server renders the signed-out page', async () => {
  const auth = signedIn()
  const setup = (): (() => string) => {
    const { isSignedIn, user } = vue.useSession(auth)
    return () => (isSignedIn.value ? `in as ${user.value}` : 'out')
  }
  await expect(renderVue(createSSRApp({ setup }))).resolves.toBe('out')
})

test('vue useSession: follows a sign-out, and a refresh', async () => {
  const auth = signedIn()
  const scope = effectScope()
  const { isSignedIn, refresh } = scope.run(() => vue.useSession(auth)) ?? {}
  expect(isSignedIn?.value).toBe(true)
  await auth.signOut()
  await nextTick()
  expect(isSignedIn?.value).toBe(false)
  auth.session.write(mintToken())
  refresh?.()
  expect(isSignedIn?.value).toBe(true)
  scope.stop()
  await auth.signOut()
  expect(isSignedIn?.value).toBe(true)
})

test('vue useSession: follows a sign-in that the client keeps', async () => {
  const page = new EventTarget()
  for (const name of ['addEventListener', 'dispatchEvent'] as const)
    vi.stubGlobal(name, page[name].bind(page))
  onTestFinished(() => void vi.unstubAllGlobals())
  const auth = createAuthClient({ env: 'shop', fetch: createFakeService().fetch })
  const { isSignedIn } = effectScope().run(() => vue.useSession(auth)) ?? {}
  await auth.updateSession(() => Promise.resolve(mintToken()))
  expect(isSignedIn?.value).toBe(true)
})

test('vue useSession: a server renders the page and does not go on listening', async () => {
  const onSessionEvent = vi.fn<AuthClient['onSessionEvent']>()
  const auth = { ...createAuthClient({ env: 'shop' }), onSessionEvent }
  const setup = (): (() => string) => {
    const { isSignedIn } = vue.useSession(auth)
    return () => (isSignedIn.value ? 'in' : 'out')
  }
  await expect(renderVue(createSSRApp({ setup }))).resolves.toBe('out')
  expect(onSessionEvent).not.toHaveBeenCalled()
})

test('vue useSignOut: is pending until the service has answered', async () => {
  const { signOut, isPending, result } = vue.useSignOut(signedIn())
  const leaving = signOut()
  expect([isPending.value, result.value]).toEqual([true, undefined])
  await leaving
  expect([isPending.value, result.value]).toEqual([false, { local: 'cleared', remote: 'revoked' }])
})

test('vue useSignOut: a second click while the first is under way does not end the wait', async () => {
  const { signOut, isPending, result } = vue.useSignOut(signedIn())
  const [first, second] = [signOut(), signOut()]
  await second
  expect(isPending.value).toBe(true)
  await first
  expect([isPending.value, result.value?.remote]).toEqual([false, 'revoked'])
})
