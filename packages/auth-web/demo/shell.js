// Around the tabs: the switches, and what the service sees.
const at = (id) => document.getElementById(id)
const form = document.querySelector('form')
const hints = {
  fine: '',
  offline: 'Requests fail at once. Sign out, then go back to “Fine”: the token dies without another click.',
  slow: 'Every answer takes three seconds. The session is gone before the first.',
  unavailable: 'The service answers 503. It is asked again until it agrees.',
}

function apply() {
  const { network, storage } = Object.fromEntries(new FormData(form))
  at('hint').textContent = [
    hints[network],
    storage ? 'Each tab keeps its session to itself; they still follow each other.' : '',
  ]
    .filter(Boolean)
    .join(' ')
  for (const frame of document.querySelectorAll('iframe'))
    frame.contentWindow.postMessage(
      { isOffline: network === 'offline', isBlocked: !!storage },
      location.origin,
    )
  return fetch('network', { method: 'POST', body: network })
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

function tokenRow({ name, account, state }) {
  const row = document.createElement('li')
  const label = document.createElement('span')
  label.textContent = `${account}, token ${name}`
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

let last = ''
async function report() {
  const text = await (await fetch('report.json')).text()
  if (text === last) return
  last = text
  const { tokens, requests } = JSON.parse(text)
  at('tokens').replaceChildren(...tokens.map(tokenRow))
  at('wire').replaceChildren(...requests.map(requestRow))
  at('no-tokens').hidden = tokens.length > 0
  at('no-wire').hidden = requests.length > 0
  document.querySelector('.scroll').hidden = requests.length === 0
}

form.addEventListener('change', () => void apply())
addEventListener('message', ({ origin, data }) => {
  if (origin === location.origin && data === 'ready') void apply()
})
document.querySelector('.scroll').hidden = true
for (;;) {
  await report().catch(() => undefined)
  await new Promise((resolve) => setTimeout(resolve, 500))
}
