import { createFakeVerifier, startAuthMock } from '@tokenward/auth-mock'
import { expect, test } from 'vitest'
import { createAuthClient, createTokenVerifier, isAuthError, type TokenVerifier } from '../../src/index.ts'

type Act = (verifier: TokenVerifier, token: string) => unknown

const reason = new Error('the caller has gone')
const signal = AbortSignal.abort(reason)
/** An argument that no type allows. */
const wrong = (value: unknown): never => value as never

/** What came of it: what was returned, or why not. */
async function outcomeOf(act: () => unknown): Promise<unknown> {
  try {
    const value = await act()
    return value instanceof AbortSignal
      ? { isAborted: value.aborted, reason: (value.reason as { reason?: unknown } | undefined)?.reason }
      : { value }
  } catch (error) {
    if (error === reason) return 'the reason of the signal'
    if (!isAuthError(error)) throw error
    return { code: error.code, argument: 'argument' in error ? error.argument : undefined }
  }
}

/** Does the same to both verifiers, with a token of each that is active. */
async function compare(act: Act): Promise<{ real: unknown; fake: unknown }> {
  await using mock = await startAuthMock()
  const real = createTokenVerifier(createAuthClient({ baseUrl: mock.url }))
  const token = mock.issueToken({ sub: '42', scope: 'user' })
  const fake = createFakeVerifier({ tokens: { [token]: { sub: '42' } } })
  // An answer in memory, as the fake has one for each token.
  await real.verifyToken(token)
  const outcomes = {
    real: await outcomeOf(() => act(real, token)),
    fake: await outcomeOf(() => act(fake, token)),
  }
  await real.close()
  return outcomes
}

test.each<[what: string, act: Act]>([
  ['verifyToken: a token that is no text', (verifier) => verifier.verifyToken(wrong(7))],
  ['verifyToken: no token', (verifier) => verifier.verifyToken(wrong(undefined))],
  [
    'verifyToken: an option that is unknown',
    (verifier, token) => verifier.verifyToken(token, wrong({ timeout: 1 })),
  ],
  ['verifyToken: a time of zero', (verifier, token) => verifier.verifyToken(token, { timeoutMs: 0 })],
  [
    'verifyToken: a signal that is none',
    (verifier, token) => verifier.verifyToken(token, { signal: wrong({}) }),
  ],
  ['peekOrVerify: a token that is no text', (verifier) => verifier.peekOrVerify(wrong({}))],
  [
    'peekOrVerify: an option that is unknown',
    (verifier) => verifier.peekOrVerify('stranger', wrong({ a: 1 })),
  ],
  ['revoke: two words', (verifier) => verifier.revoke('a b')],
  ['revoke: an empty text', (verifier) => verifier.revoke('')],
  ['revoke: no text', (verifier) => verifier.revoke(wrong(undefined))],
  ['revoke: an option that is unknown', (verifier, token) => verifier.revoke(token, wrong({ timeout: 1 }))],
  ['revoke: a time of zero', (verifier, token) => verifier.revoke(token, { timeoutMs: 0 })],
  ['revoke: a text for keepalive', (verifier, token) => verifier.revoke(token, { keepalive: wrong('yes') })],
  ['revoke: a signal that is none', (verifier, token) => verifier.revoke(token, { signal: wrong('x') })],
  ['revokeAndVerify: two words', (verifier) => verifier.revokeAndVerify('a b')],
  ['revokeSubject: an empty user', (verifier) => verifier.revokeSubject('')],
  ['revokeSubject: half a surrogate pair', (verifier) => verifier.revokeSubject('a\uD800')],
  ['revokeSubject: a user that is no text', (verifier) => verifier.revokeSubject(wrong(42))],
  ['revokeSubject: an unknown option', (verifier) => verifier.revokeSubject('42', wrong({ before: 1 }))],
  ['revokeSubject: a Date', (verifier) => verifier.revokeSubject('42', { issuedBefore: wrong(new Date()) })],
  ['revokeSubject: seconds', (verifier) => verifier.revokeSubject('42', { issuedBefore: 1_800_000_000 })],
  ['revokeSubject: a token for a list', (verifier) => verifier.revokeSubject('42', { tokens: wrong('a') })],
  ['revokeSubject: a token that is none', (verifier) => verifier.revokeSubject('42', { tokens: ['a b'] })],
  ['revokeSubject: a signal that is none', (verifier) => verifier.revokeSubject('42', { signal: wrong({}) })],
  ['revokeSubject: a time of zero', (verifier) => verifier.revokeSubject('42', { timeoutMs: 0 })],
  [
    'revokeSubject: a text for keepalive',
    (verifier) => verifier.revokeSubject('42', { keepalive: wrong('x') }),
  ],
  ['onRevoked: no function', (verifier) => verifier.onRevoked(wrong(5))],
  ['signalFor: a token that is no text', (verifier) => verifier.signalFor(wrong(7))],
  ['signalFor: an option that is unknown', (verifier, token) => verifier.signalFor(token, wrong({ signal }))],
  [
    'signalFor: a controller',
    (verifier, token) => verifier.signalFor(token, { until: wrong(new AbortController()) }),
  ],
  ['signalFor: a time of zero', (verifier, token) => verifier.signalFor(token, { checkEveryMs: 0 })],
])('the fake verifier refuses what the real one refuses: %s', async (_what, act) => {
  const { real, fake } = await compare(act)
  expect(real).toMatchObject({ code: 'configuration' })
  expect(fake).toEqual(real)
})

test.each<[what: string, act: Act]>([
  ['verifyToken: an aborted signal', (verifier, token) => verifier.verifyToken(token, { signal })],
  ['revoke: an aborted signal', (verifier, token) => verifier.revoke(token, { signal })],
  ['revokeSubject: an aborted signal', (verifier) => verifier.revokeSubject('42', { signal })],
  ['peek: a token that is no text', (verifier) => verifier.peek(wrong(7))],
  ['verifyToken: two words', (verifier) => verifier.verifyToken('a b')],
  [
    'verifyToken: all options',
    (verifier, token) => verifier.verifyToken(token, { timeoutMs: 9, signal: new AbortController().signal }),
  ],
  [
    'revoke: all options',
    (verifier, token) => verifier.revoke(token, { timeoutMs: 10_000, keepalive: true }),
  ],
  ['signalFor: two words', (verifier) => verifier.signalFor('a b')],
  [
    'signalFor: all options',
    (verifier, token) =>
      verifier.signalFor(token, { checkEveryMs: 9_000, until: new AbortController().signal }),
  ],
  [
    'signalFor: a revoked token',
    async (verifier, token) => {
      await verifier.revoke(token)
      return verifier.signalFor(token)
    },
  ],
  [
    'signalFor: a closed verifier',
    async (verifier, token) => {
      await verifier.close()
      return verifier.signalFor(token)
    },
  ],
  [
    'onRevoked: a listener that throws',
    async (verifier, token) => {
      const heard: unknown[] = []
      verifier.onRevoked(() => {
        throw reason
      })
      verifier.onRevoked(({ sub, source }) => void heard.push([sub, source]))
      return [await verifier.revoke(token), heard]
    },
  ],
  [
    'revokeSubject: the token of its user as well',
    async (verifier, token) => {
      const heard: unknown[] = []
      verifier.onRevoked((revocation) => void heard.push(revocation))
      const result = await verifier.revokeSubject('42', { issuedBefore: 4e12, tokens: [token] })
      return [result, heard, await verifier.verifyToken(token)]
    },
  ],
])('the fake verifier answers as the real one does: %s', async (_what, act) => {
  const { real, fake } = await compare(act)
  expect(fake).toEqual(real)
})
