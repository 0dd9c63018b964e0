// A cloud function, for wx.cloud.callFunction and for the HTTP access service: deploy it as index.js, with wx-server-sdk and
// @tokenward/auth-node as its dependencies, and with TOKENWARD_ENV among its variables.
const cloud = require('wx-server-sdk')
const { createAuthClient, createTokenVerifier } = require('@tokenward/auth-node')
const { requireToken } = require('@tokenward/auth-node/cloudbase')

cloud.init({ env: cloud.DYNAMIC_CURRENT_ENV })
// Outside of the function, so that the calls of one instance share its memory.
const verifier = createTokenVerifier(createAuthClient())

exports.main = requireToken(verifier, { scopes: ['user'] })(async (event, context, identity) => {
  const { OPENID } = cloud.getWXContext() // of a mini-program; none over HTTP
  return { sub: identity.sub, openId: OPENID ?? null }
})
