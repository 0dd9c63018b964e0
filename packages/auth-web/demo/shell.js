// The page around the tabs: the switches, and what the service sees.
const at = (id) => document.getElementById(id)
const form = document.querySelector('form')
const frames = () => [...document.querySelectorAll('iframe')]
const hints = {
  fine: '',
  offline:
    'Requests fail at once. Sign out, then go back to “Fine”: Tokenward’s token dies without another click.',
  slow: 'Every answer takes three seconds. Tokenward clears the session before the first.',
  unavailable: 'The service answers 503. Tokenward asks again until the service agrees.',
}
// What failed offline never reached the service, so the tabs report it.
let offlineRequests = []

function tell(frame, message) {
  frame.contentWindow.postMessage(message, location.origin)
}

function apply() {
  const { network, storage } = Object.fromEntries(new FormData(form))
  at('hint').textContent = [
    hints[network],
    storage ? 'Each Tokenward tab keeps its session to itself; they still follow each other.' : '',
  ]
    .filter(Boolean)
    .join(' ')
  for (const frame of frames()) tell(frame, { isOffline: network === 'offline', isBlocked: !!storage })
  return fetch('network', { method: 'POST', body: network })
}

/** Acts in the first tab, and in the one with the vendor's SDK. */
function act(action) {
  const [first, , sdk] = frames()
  for (const frame of [first, sdk]) tell(frame, { action })
}

async function reset() {
  await fetch('reset', { method: 'POST' })
  offlineRequests = []
  for (const key of Object.keys(localStorage)) localStorage.removeItem(key)
  for (const frame of frames()) frame.contentWindow.location.reload()
}

function cell(text) {
  const element = document.createElement('td')
  element.role = 'cell'
  element.textContent = text
  return element
}

function badge(text, kind) {
  const element = document.createElement('span')
  element.textContent = text
  element.className = `badge ${kind}`
  return element
}

function tokenRow({ name, account, client, state }) {
  const row = document.createElement('li')
  const label = document.createElement('span')
  label.textContent = `${account}, token ${name}${client === 'sdk' ? ', of the SDK' : ''}`
  row.append(label, badge(state === 'active' ? 'alive' : 'dead', state === 'active' ? 'alive' : 'dead'))
  return row
}

function requestRow({ at: time, method, path, authorization, status }) {
  const row = document.createElement('tr')
  row.role = 'row'
  const outcome = cell('')
  outcome.append(badge(status ?? '…', !status ? 'alive' : status < 400 ? 'dead' : 'failed'))
  row.append(
    cell(new Date(time).toLocaleTimeString()),
    outcome,
    cell(`${method} ${path}`),
    cell(authorization),
  )
  return row
}

/** What has become of the newest token of a client. Only a token that outlives its user's sign-out is bad. */
function verdict(tokens, client, frame) {
  const token = tokens.find((each) => each.client === client)
  if (!token) return badge('not signed in yet', 'none')
  if (token.state !== 'active') return badge('token dead', 'dead')
  const wasSignedOut = frame?.contentDocument?.documentElement.dataset.triedToSignOut
  if (!wasSignedOut) return badge('signed in', 'alive')
  return client === 'sdk'
    ? badge('token still alive', 'failed')
    : badge('signed out, token dies next', 'alive')
}

let last = ''
async function report() {
  const { tokens, requests } = await (await fetch('report.json')).json()
  const [first, second, sdk] = frames()
  const tokenward = [first, second].find(
    (each) => each?.contentDocument?.documentElement.dataset.triedToSignOut,
  )
  const verdicts = { tokenward: verdict(tokens, 'tokenward', tokenward), sdk: verdict(tokens, 'sdk', sdk) }
  const wire = [...requests, ...offlineRequests].toSorted((a, b) => b.at - a.at).slice(0, 30)
  const text = JSON.stringify([tokens, wire, verdicts.tokenward.textContent, verdicts.sdk.textContent])
  if (text === last) return
  last = text
  for (const [client, element] of Object.entries(verdicts)) at(`${client}-verdict`).replaceChildren(element)
  at('tokens').replaceChildren(...tokens.map(tokenRow))
  at('wire').replaceChildren(...wire.map(requestRow))
  at('no-tokens').hidden = tokens.length > 0
  at('no-wire').hidden = wire.length > 0
  document.querySelector('.scroll').hidden = wire.length === 0
}

form.addEventListener('change', () => void apply())
form.addEventListener('reset', () => setTimeout(() => void reset().then(apply)))
at('sign-in').addEventListener('click', () => act('sign-in'))
at('sign-out').addEventListener('click', () => act('sign-out'))
addEventListener('message', ({ origin, data }) => {
  if (origin !== location.origin) return
  if (data === 'ready') void apply()
  else if (data.offline)
    offlineRequests = [{ at: Date.now(), status: 'offline', ...data.offline }, ...offlineRequests].slice(
      0,
      30,
    )
})
document.querySelector('.scroll').hidden = true
for (;;) {
  await report().catch(() => undefined)
  await new Promise((resolve) => setTimeout(resolve, 300))
}
