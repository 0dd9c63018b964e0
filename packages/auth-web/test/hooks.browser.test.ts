import cloudbase from '@cloudbase/js-sdk'
import { createElement, StrictMode } from 'react'
import { createRoot, hydrateRoot } from 'react-dom/client'
import { expect, test, vi } from 'vitest'
import { createSSRApp, h } from 'vue'
import { type AuthClient, cloudbaseSession, createAuthClient, webStorageSession } from '../src/index.ts'
import { useSession, useSignOut } from '../src/react.ts'
import { useSession as useVueSession } from '../src/vue.ts'
import { baseUrl, fail, issueToken } from './bed/relay.ts'
import { eventually } from '@tokenward/test-kit/eventually'

test('useSession and useSignOut: the page changes when the user signs out, and says what it came to', async () => {
  const auth = createAuthClient({ baseUrl, clientId: 'shop' })
  auth.session.write(await issueToken())
  function Page(): ReturnType<typeof createElement> {
    const { signOut, isPending, result } = useSignOut(auth)
    const text = `${useSession(auth).isSignedIn ? 'in' : 'out'} ${isPending} ${result?.remote}`
    return createElement('button', { onClick: () => void signOut() }, text)
  }
  const place = document.body.appendChild(document.createElement('div'))
  const root = createRoot(place)
  root.render(createElement(Page))
  await eventually(() => expect(place.textContent).toBe('in false undefined'))
  place.querySelector('button')?.click()
  await eventually(() => expect(place.textContent).toBe('out false revoked'))
  root.unmount()
})

test('useSignOut: a second click while the first is under way does not end the wait', async () => {
  const auth = createAuthClient({ baseUrl, clientId: 'shop' })
  const token = await issueToken()
  auth.session.write(token)
  const heal = await fail({ token, delayMs: 60_000 })
  function Page(): ReturnType<typeof createElement> {
    const { signOut, isPending, result } = useSignOut(auth)
    return createElement('button', { onClick: () => void signOut() }, `${isPending} ${result?.local}`)
  }
  const place = document.body.appendChild(document.createElement('div'))
  const root = createRoot(place)
  root.render(createElement(StrictMode, null, createElement(Page)))
  await eventually(() => expect(place.textContent).toBe('false undefined'))
  place.querySelector('button')?.click()
  place.querySelector('button')?.click()
  await eventually(() => expect(place.textContent).toBe('true absent'))
  await heal()
  root.unmount()
})

test('react useSession: a page that a server has rendered is taken over as it is, and then shows who is signed in', async () => {
  const auth = createAuthClient({ baseUrl, clientId: 'shop' })
  auth.session.write(await issueToken())
  const Page = (): string => (useSession(auth).isSignedIn ? 'in' : 'out')
  const place = document.body.appendChild(document.createElement('div'))
  place.innerHTML = 'out'
  const onRecoverableError = vi.fn<() => void>()
  const root = hydrateRoot(place, createElement(StrictMode, null, createElement(Page)), {
    onRecoverableError,
  })
  await eventually(() => expect(place.textContent).toBe('in'))
  expect(onRecoverableError).not.toHaveBeenCalled()
  root.unmount()
})

test('useSession: the page changes when the client keeps a sign-in', async () => {
  const auth = createAuthClient({ baseUrl, clientId: 'shop' })
  const Page = (): string => (useSession(auth).isSignedIn ? 'in' : 'out')
  const place = document.body.appendChild(document.createElement('div'))
  const root = createRoot(place)
  root.render(createElement(StrictMode, null, createElement(Page)))
  await eventually(() => expect(place.textContent).toBe('out'))
  await auth.updateSession(() => issueToken())
  await eventually(() => expect(place.textContent).toBe('in'))
  root.unmount()
})

test('vue useSession: a page that a server has rendered is taken over as it is, and then shows who is signed in', async () => {
  const auth = createAuthClient({ baseUrl, clientId: 'shop' })
  auth.session.write(await issueToken())
  const place = document.body.appendChild(document.createElement('div'))
  place.innerHTML = '<p>out</p>'
  const complaint = vi.spyOn(console, 'error')
  const app = createSSRApp({
    setup() {
      const { isSignedIn } = useVueSession(auth)
      return () => h('p', isSignedIn.value ? 'in' : 'out')
    },
  })
  app.config.warnHandler = complaint
  app.mount(place)
  await eventually(() => expect(place.textContent).toBe('in'))
  expect(complaint).not.toHaveBeenCalled()
  app.unmount()
})

/** A component in React and one in Vue that show who is signed in; resolves once both are there. */
function showUser(auth: AuthClient): { readonly shown: () => string[]; readonly end: () => void } {
  const [reactPlace, vuePlace] = [0, 1].map(() => document.body.appendChild(document.createElement('div')))
  if (!reactPlace || !vuePlace) throw new Error('no place')
  const ReactPage = (): string => {
    const { isSignedIn, user } = useSession(auth)
    return isSignedIn ? `in ${user}` : 'out'
  }
  const root = createRoot(reactPlace)
  root.render(createElement(StrictMode, null, createElement(ReactPage)))
  const app = createSSRApp({
    setup() {
      const { isSignedIn, user } = useVueSession(auth)
      return () => h('p', isSignedIn.value ? `in ${user.value}` : 'out')
    },
  })
  vuePlace.innerHTML = '<p>out</p>'
  app.mount(vuePlace)
  return {
    shown: () => [reactPlace, vuePlace].map(({ textContent }) => textContent ?? ''),
    end() {
      root.unmount()
      app.unmount()
    },
  }
}

test('useSession: shows the sign-in and the sign-out of the SDK in this very tab', async () => {
  localStorage.clear()
  const app = cloudbase.init({ env: 'shop' })
  app.registerEndPointWithKey({ key: 'GATEWAY', url: `//${new URL(baseUrl).host}/v1`, protocol: 'http' })
  const sdk = app.auth()
  const auth = createAuthClient({ baseUrl, session: cloudbaseSession({ env: 'shop', auth: sdk }) })
  const { shown, end } = showUser(auth)
  await eventually(() => expect(shown()).toEqual(['out', 'out']))
  await sdk.signInAnonymously()
  const { user } = auth.readSession()
  await eventually(() => expect(shown()).toEqual([`in ${user}`, `in ${user}`]))
  await sdk.signOut()
  await eventually(() => expect(shown()).toEqual(['out', 'out']))
  end()
  auth.close()
})

test('useSession: shows the next user when another signs in over the first, also past the client', async () => {
  const session = webStorageSession({ key: 'hooks_token' })
  const auth = createAuthClient({ baseUrl, clientId: 'shop', session })
  const { shown, end } = showUser(auth)
  session.write(await issueToken({ sub: 'one' }))
  await eventually(() => expect(shown()).toEqual(['in one', 'in one']))
  session.write(await issueToken({ sub: 'two' }))
  await eventually(() => expect(shown()).toEqual(['in two', 'in two']))
  session.clear()
  await eventually(() => expect(shown()).toEqual(['out', 'out']))
  end()
  auth.close()
})
