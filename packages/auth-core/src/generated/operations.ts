// Generated from spec/auth.openapi.yaml by `pnpm generate`; do not edit.

/** Method and path of every operation, by its id. */
export const operations = {
  getCerts: { method: 'GET', path: '/auth/v1/certs' },
  revokeToken: { method: 'POST', path: '/auth/v1/revoke' },
  verifyToken: { method: 'GET', path: '/auth/v1/token/introspect' },
} as const
