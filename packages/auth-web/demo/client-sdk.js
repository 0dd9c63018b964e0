// The same session, kept and ended by the vendor's SDK as its documentation shows.
import cloudbase from './js-sdk.js'

export function createClient({ baseUrl, clientId }, onChange) {
  const app = cloudbase.init({ env: clientId })
  const { host } = new URL(baseUrl)
  app.registerEndPointWithKey({ key: 'GATEWAY', url: `//${host}/v1`, protocol: 'http' })
  const auth = app.auth()
  const read = () => JSON.parse(localStorage.getItem(`credentials_${clientId}`))?.access_token

  return {
    read,
    async signIn(fetchToken) {
      const access_token = await fetchToken()
      const expires_at = new Date(Date.now() + 7_170_000).toISOString()
      await auth.setCredentials({ token_type: 'Bearer', access_token, expires_in: 7_200, expires_at })
      onChange()
    },
    async signOut(say) {
      say('Signing out …', 'alive')
      const { error } = await auth.signOut()
      if (error)
        say(
          `signOut() failed: ${error.code ?? error.message}. The session is still here, and the token lives.`,
          'failed',
        )
      else say('The SDK says: signed out.', 'alive')
    },
  }
}
