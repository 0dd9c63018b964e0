import { keyIdentities } from '@tokenward/auth-core'
import type { VerifiedToken } from '../verifier/token-verdict.ts'
import type { ChallengeReason } from './challenge.ts'
import type { GuardSettings } from './options.ts'

/** Finds what speaks against letting an active token in. */
export type FindObjection = (
  token: VerifiedToken,
  clientIds: readonly string[] | null,
) => Objection | undefined

type Objection = Extract<ChallengeReason, 'another_application' | 'anonymous' | 'key' | 'missing_scope'>

const keySubjects: ReadonlySet<string> = new Set(keyIdentities.sub)
const keyScopes: ReadonlySet<string> = new Set(keyIdentities.scope)

/** A claim that the service made, and not a polluted prototype. */
function readOwn(token: VerifiedToken, claim: 'client_id' | 'scope'): string {
  return (Object.hasOwn(token, claim) && token[claim]) || ''
}

export function createFindObjection({
  allowsAnonymous,
  allowsKeys,
  scopes,
}: Pick<GuardSettings<never>, 'allowsAnonymous' | 'allowsKeys' | 'scopes'>): FindObjection {
  function judgeScope(scope: string): Objection | undefined {
    // A forbidden scope is found behind any delimiter and in any capitals; a required one must be spelt as RFC 6749 has it.
    const words = scope.toLowerCase().split(/%[\da-f]{2}|[^\w.:-]/)
    if (!allowsKeys && words.some((word) => keyScopes.has(word))) return 'key'
    if (!allowsAnonymous && words.includes('anonymous')) return 'anonymous'
    const granted = scope.split(' ')
    return scopes.every((each) => granted.includes(each)) ? undefined : 'missing_scope'
  }

  // Most tokens have the scope of the one before them.
  let last: { readonly scope: string; readonly objection: Objection | undefined } | undefined

  return (token, clientIds) => {
    if (clientIds && !clientIds.includes(readOwn(token, 'client_id'))) return 'another_application'
    if (!allowsKeys && keySubjects.has(token.sub.trim().toLowerCase())) return 'key'
    const scope = readOwn(token, 'scope')
    if (last?.scope !== scope) last = { scope, objection: judgeScope(scope) }
    return last.objection
  }
}
