// One tab of the demo: an app that leaves its session to a client, Tokenward's or the vendor's.
const at = (id) => document.getElementById(id)
const settings = await (await fetch('settings.json')).json()

let isOffline = false
let isBlocked = false

const platformFetch = globalThis.fetch
// Offline is the page's own: the service is not asked, and the page around the tabs shows the try.
globalThis.fetch = async (url, init) => {
  const { origin, pathname } = new URL(url, location.href)
  if (!isOffline || origin === location.origin) return platformFetch(url, init)
  const authorization = new Headers(init?.headers).has('authorization') ? 'Bearer [redacted]' : ''
  parent.postMessage(
    { offline: { method: init?.method ?? 'GET', path: pathname, authorization } },
    location.origin,
  )
  throw new TypeError('offline')
}
for (const name of ['localStorage', 'sessionStorage']) {
  const storage = globalThis[name]
  Object.defineProperty(globalThis, name, {
    get() {
      if (isBlocked) throw new DOMException('blocked', 'SecurityError')
      return storage
    },
  })
}

const clientName = new URLSearchParams(location.search).get('client') ?? 'tokenward'
const { createClient } = await import(`./client-${clientName}.js`)
const client = createClient(settings, show)
const accounts = { 1001: 'Personal account', 2002: 'Work account' }

function claimsOf(token) {
  return JSON.parse(atob(token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/')))
}

function show() {
  const token = client.read()
  at('signed-in').hidden = !token
  at('signed-out').hidden = !!token
  if (!token) return
  const { sub, exp } = claimsOf(token)
  at('name').textContent = accounts[sub]
  at('user').textContent = sub
  at('until').textContent = new Date(exp * 1_000).toLocaleTimeString([], { timeStyle: 'short' })
  at('place').textContent = isBlocked ? 'this tab only' : 'all tabs'
  at('avatar').textContent = accounts[sub][0]
  at('avatar').classList.toggle('other', sub === '2002')
}

function say(text, kind = '') {
  at('notice').textContent = text
  at('notice').className = `notice ${kind}`
}

async function leave() {
  if (!client.read()) return
  document.documentElement.dataset.triedToSignOut = 'true'
  await client.signOut((text, kind) => {
    say(text, kind)
    show()
  })
}

async function enter(user) {
  await client.signIn(async () =>
    (await fetch(`sign-in?client=${clientName}`, { method: 'POST', body: user })).text(),
  )
  delete document.documentElement.dataset.triedToSignOut
  say('')
  show()
  at('sign-out').focus()
}

at('sign-out').addEventListener('click', () => void leave())
for (const button of document.querySelectorAll('[data-user]'))
  button.addEventListener('click', () => void enter(button.dataset.user))
addEventListener('storage', show)
addEventListener('pageshow', show)
addEventListener('message', ({ origin, data }) => {
  if (origin !== location.origin) return
  if (data.action === 'sign-in') void enter('1001')
  else if (data.action === 'sign-out') void leave()
  else if (data.notice) say(...data.notice)
  else {
    isBlocked = data.isBlocked && clientName === 'tokenward'
    if (isOffline !== data.isOffline) {
      isOffline = data.isOffline
      dispatchEvent(new Event(isOffline ? 'offline' : 'online'))
    }
    show()
  }
})

show()
parent.postMessage('ready', location.origin)
