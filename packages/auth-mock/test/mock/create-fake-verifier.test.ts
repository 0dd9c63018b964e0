import { AuthConfigurationError } from '@tokenward/auth-core'
import { expect, test } from 'vitest'
import { createFakeVerifier } from '../../src/index.ts'

const tokens = {
  alice: { sub: '1' },
  partner: { sub: '2', scope: 'read write', clientId: 'other' },
  old: 'expired',
  outage: new Error('the service is not there'),
} as const

test('verifyToken: a known token is active, with the claims it was given', async () => {
  const verifier = createFakeVerifier({ tokens, clientId: 'shop' })
  const alice = { active: true, token_type: 'Bearer', client_id: 'shop', sub: '1', scope: 'user' }
  expect(await verifier.verifyToken('alice')).toEqual(alice)
  const partner = { active: true, token_type: 'Bearer', client_id: 'other', sub: '2', scope: 'read write' }
  expect(await verifier.verifyToken('partner')).toEqual(partner)
})

test.each([
  ['old', 'expired'],
  ['stranger', 'rejected'],
  ['constructor', 'rejected'],
  ['two words', 'malformed'],
  ['', 'malformed'],
])('verifyToken: %j is %s', async (token, reason) => {
  expect(await createFakeVerifier({ tokens }).verifyToken(token)).toEqual({ active: false, reason })
})

test('verifyToken: an error is thrown as it is', async () => {
  await expect(createFakeVerifier({ tokens }).verifyToken('outage')).rejects.toBe(tokens.outage)
})

test.each(['revoke', 'revokeAndVerify'] as const)(
  '%s: ends the token, and says when it was dead before',
  async (method) => {
    const verifier = createFakeVerifier({ tokens })
    expect(await verifier[method]('alice')).toEqual({ outcome: 'revoked' })
    expect(await verifier.verifyToken('alice')).toEqual({ active: false, reason: 'rejected' })
    expect(await verifier[method]('alice')).toEqual({ outcome: 'already_inactive' })
  },
)

test('revoke: one verifier does not change another', async () => {
  const [first, second] = [createFakeVerifier({ tokens }), createFakeVerifier({ tokens })]
  await first.revoke('alice')
  expect(await second.verifyToken('alice')).toMatchObject({ active: true })
})

test('peek: answers for a live token, and for no other', () => {
  const verifier = createFakeVerifier({ tokens })
  expect(verifier.peek('alice')).toMatchObject({ active: true, sub: '1' })
  expect(['old', 'outage', 'stranger'].map(verifier.peek)).toEqual([undefined, undefined, undefined])
})

test('stats: counts the checks by what came of them', async () => {
  const verifier = createFakeVerifier({ tokens })
  await verifier.verifyToken('alice')
  await verifier.verifyToken('stranger')
  await verifier.verifyToken('outage').catch(() => undefined)
  expect(verifier.stats()).toMatchObject({ hit: 1, refused: 1, unavailable: 1, miss: 0 })
  await verifier.close()
})

test('revoke: an outage is thrown, and changes nothing', async () => {
  await expect(createFakeVerifier({ tokens }).revoke('outage')).rejects.toBe(tokens.outage)
})

test('revokeSubject: ends every token of a user, their connections, and nobody else’s', async () => {
  const verifier = createFakeVerifier({ tokens: { ...tokens, phone: { sub: '1' } } })
  const revocations: unknown[] = []
  const off = verifier.onRevoked((revocation) => void revocations.push(revocation))
  const [alice, phone, partner] = ['alice', 'phone', 'partner'].map((token) => verifier.signalFor(token))
  expect(await verifier.revokeSubject('1', { issuedBefore: 5, tokens: ['stranger'] })).toEqual({
    sub: '1',
    issuedBefore: 5,
    tokens: [{ outcome: 'already_inactive' }],
  })
  const ended = expect.objectContaining({ code: 'token_ended', reason: 'revoked' })
  expect([alice?.reason, phone?.reason, partner?.aborted]).toEqual([ended, ended, false])
  expect(await verifier.verifyToken('phone')).toEqual({ active: false, reason: 'rejected' })
  expect(revocations).toEqual([{ sub: '1', issuedBefore: 5, source: 'process' }])
  off()
  await verifier.revoke('partner')
  expect(revocations).toHaveLength(1)
})

test('signalFor: one signal a token, aborted by revoke, aborted already for a dead token', async () => {
  const verifier = createFakeVerifier({ tokens })
  const revocations: unknown[] = []
  verifier.onRevoked((revocation) => void revocations.push(revocation))
  const signal = verifier.signalFor('alice')
  expect(verifier.signalFor('alice')).toBe(signal)
  expect(verifier.stats().watched).toBe(1)
  await verifier.revoke('alice')
  expect(signal.reason).toMatchObject({ code: 'token_ended', reason: 'revoked' })
  expect(revocations).toEqual([{ key: expect.stringMatching(/^.{43}=$/), sub: '1', source: 'process' }])
  expect(verifier.signalFor('old').reason).toMatchObject({ reason: 'expired' })
  const partner = verifier.signalFor('partner')
  await verifier.close()
  expect(partner.reason).toMatchObject({ reason: 'closed' })
})

test('signalFor: a signal is let go once all connections that it was given for are over', async () => {
  const verifier = createFakeVerifier({ tokens })
  const [one, two] = [new AbortController(), new AbortController()]
  const signal = verifier.signalFor('alice', { until: one.signal })
  expect(verifier.signalFor('alice', { until: two.signal })).toBe(signal)
  one.abort()
  expect(verifier.stats().watched).toBe(1)
  two.abort()
  expect(verifier.stats().watched).toBe(0)
  expect(verifier.signalFor('alice', { until: two.signal }).aborted).toBe(false)
  expect(verifier.stats().watched).toBe(0)
  verifier.signalFor('partner')
  const partner = verifier.signalFor('partner', { until: new AbortController().signal })
  await verifier.revoke('alice')
  await verifier.revoke('partner')
  expect([signal.aborted, partner.aborted]).toEqual([false, true])
})

test('onRevoked: a listener that throws or rejects neither fails a revocation nor silences the others', async () => {
  const verifier = createFakeVerifier({ tokens })
  const heard: unknown[] = []
  verifier.onRevoked(() => {
    throw new Error('a mistake of the listener')
  })
  verifier.onRevoked((): unknown => Promise.reject(new Error('a late mistake of the listener')))
  verifier.onRevoked(({ sub }) => void heard.push(sub))
  expect(await verifier.revoke('alice')).toEqual({ outcome: 'revoked' })
  await verifier.revokeSubject('2')
  expect(heard).toEqual(['1', '2'])
})

test('revokeSubject: holds here also where a token fails at the service, which has not heard of it', async () => {
  const outage = new AuthConfigurationError('env', 'is missing')
  const verifier = createFakeVerifier({ tokens: { ...tokens, unlucky: outage } })
  const signal = verifier.signalFor('alice')
  expect(await verifier.revokeSubject('1', { tokens: ['unlucky', 'alice'] })).toMatchObject({
    tokens: [{ outcome: 'failed', error: outage }, { outcome: 'revoked' }],
  })
  expect(signal.aborted).toBe(true)
  await expect(verifier.revokeSubject('2', { tokens: ['outage'] })).rejects.toBe(tokens.outage)
  expect(await verifier.verifyToken('partner')).toEqual({ active: false, reason: 'rejected' })
})

test('close: signals are aborted from then on, and no listener hears more', async () => {
  const verifier = createFakeVerifier({ tokens })
  const heard: unknown[] = []
  verifier.onRevoked((revocation) => void heard.push(revocation))
  await verifier.close()
  expect(verifier.signalFor('alice').reason).toMatchObject({ reason: 'closed' })
  await verifier.revoke('alice')
  expect(heard).toEqual([])
})

test.each<[what: string, tokens: object, argument: string]>([
  ['a holder without sub', { alice: {} }, 'sub'],
  ['an empty sub', { alice: { sub: '' } }, 'sub'],
  ['a number as sub', { alice: { sub: 42 } }, 'sub'],
  ['an unknown field', { alice: { sub: '1', client_id: 'shop' } }, 'client_id'],
  ['a reason that is none', { alice: 'dead' }, 'tokens'],
  ['a number', { alice: 7 }, 'tokens'],
  ['nothing', { alice: undefined }, 'tokens'],
])('createFakeVerifier: %s is refused, because the token would be active', (_what, given, argument) => {
  expect(() => createFakeVerifier({ tokens: given as typeof tokens })).toThrow(
    expect.objectContaining({ code: 'configuration', argument }),
  )
})
