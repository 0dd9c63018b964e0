// The app's session, kept in localStorage and ended by Tokenward.
import { createAuthClient, webStorageSession } from './auth-web.min.js'

const outcomes = {
  revoked: ['Signed out. The service confirms that the token is dead.', 'dead'],
  already_inactive: ['Signed out. The token was dead already.', 'dead'],
  pending: ['Signed out here. The service cannot be reached; it will be told as soon as it can.', 'alive'],
  unconfirmed: ['Signed out here. The service was told, but has not confirmed it yet.', 'alive'],
}

export function createClient({ baseUrl, clientId }, onChange) {
  const session = webStorageSession({ key: 'demo_access_token' })
  const auth = createAuthClient({ baseUrl, clientId, timeoutMs: 8_000, session })
  let say = () => undefined

  auth.onSignedOut(({ source }) => {
    onChange()
    if (source !== 'this_tab')
      postMessage({ notice: ['You have signed out in another tab.', 'dead'] }, location.origin)
  })

  return {
    read: () => session.read(),
    signIn: (fetchToken) => auth.updateSession(fetchToken),
    async signOut(tell) {
      say = tell
      const leaving = auth.signOut()
      say('Signed out here. Telling the service …', 'alive')
      document.querySelector('[data-user]').focus()
      const { remote } = await leaving
      if (session.read()) return
      say(...outcomes[remote])
      while (auth.pendingRevocations() > 0) await new Promise((resolve) => setTimeout(resolve, 300))
      if (remote in { pending: 0, unconfirmed: 0 } && !session.read())
        say('Signed out. The service has been told, and the token is dead.', 'dead')
    },
  }
}
