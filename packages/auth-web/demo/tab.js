// One tab of the demo: an app that keeps its token in localStorage and leaves the rest to the client.
import { createAuthClient, readTokenExpiry, webStorageSession } from './auth-web.min.js'

const at = (id) => document.getElementById(id)
const { baseUrl, clientId } = await (await fetch('settings.json')).json()

let isOffline = false
let isBlocked = false
for (const name of ['localStorage', 'sessionStorage']) {
  const storage = globalThis[name]
  Object.defineProperty(globalThis, name, {
    get() {
      if (isBlocked) throw new DOMException('blocked', 'SecurityError')
      return storage
    },
  })
}

const auth = createAuthClient({
  baseUrl,
  clientId,
  timeoutMs: 8_000,
  session: webStorageSession({ key: 'demo_access_token' }),
  fetch: (url, init) => (isOffline ? Promise.reject(new TypeError('offline')) : fetch(url, init)),
})

const accounts = { 1001: 'Personal account', 2002: 'Work account' }

function userOf(token) {
  return JSON.parse(atob(token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/'))).sub
}

function show() {
  const token = auth.session.read()
  at('signed-in').hidden = !token
  at('signed-out').hidden = !!token
  if (!token) return
  const user = userOf(token)
  at('name').textContent = accounts[user]
  at('user').textContent = user
  at('until').textContent = new Date(readTokenExpiry(token)).toLocaleTimeString([], { timeStyle: 'short' })
  at('place').textContent = isBlocked ? 'this tab only' : 'all tabs'
  at('avatar').textContent = accounts[user][0]
  at('avatar').classList.toggle('other', user === '2002')
}

function say(text, kind) {
  at('notice').textContent = text
  at('notice').className = `notice ${kind}`
}

const outcomes = {
  revoked: ['Signed out. The service confirms that the token is dead.', 'dead'],
  already_inactive: ['Signed out. The token was dead already.', 'dead'],
  pending: ['Signed out here. The service cannot be reached; it will be told as soon as it can.', 'alive'],
  unconfirmed: ['Signed out here. The service was told, but has not confirmed it yet.', 'alive'],
}

async function followUp() {
  while (auth.pendingRevocations() > 0) await new Promise((resolve) => setTimeout(resolve, 300))
  if (!auth.session.read()) say('Signed out. The service has been told, and the token is dead.', 'dead')
}

async function leave() {
  const leaving = auth.signOut()
  say('Signed out here. Telling the service …', 'alive')
  show()
  document.querySelector('[data-user]').focus()
  const { remote } = await leaving
  if (auth.session.read()) return
  say(...outcomes[remote])
  if (remote === 'pending' || remote === 'unconfirmed') await followUp()
}

async function enter(user) {
  await auth.updateSession(async () => (await fetch('sign-in', { method: 'POST', body: user })).text())
  say('')
  show()
  at('sign-out').focus()
}

at('sign-out').addEventListener('click', () => void leave())
for (const button of document.querySelectorAll('[data-user]'))
  button.addEventListener('click', () => void enter(button.dataset.user))

auth.onSignedOut(({ source }) => {
  show()
  if (source !== 'this_tab') say('You have signed out in another tab.', 'dead')
})
addEventListener('storage', show)
addEventListener('pageshow', show)

addEventListener('message', ({ origin, data }) => {
  if (origin !== location.origin) return
  isBlocked = data.isBlocked
  if (isOffline !== data.isOffline) {
    isOffline = data.isOffline
    dispatchEvent(new Event(isOffline ? 'offline' : 'online'))
  }
  show()
})

show()
parent.postMessage('ready', location.origin)
