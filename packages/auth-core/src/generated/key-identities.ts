// Generated from spec/auth.openapi.yaml by `pnpm generate`; do not edit.

/** Subjects and scopes of the vendor's API keys and publishable keys, which are tokens of no user. In lower case. */
export const keyIdentities = {
  sub: ['anon', 'service_role'],
  scope: ['server'],
} as const
