// Everything that the mock can do wrong, and what a client makes of it: a typed error, or what the service said for certain.
import { createAuthClient as createCoreClient } from '@tokenward/auth-core'
import { startAuthMock, type Fault } from '@tokenward/auth-mock'
import { describe, expect, test } from 'vitest'
import {
  active,
  api,
  clients,
  distrusted,
  faults,
  rejected,
  startFaulty,
  told,
  type Operation,
} from './faulty-service.ts'

const dead = { verifyToken: rejected, revokeToken: { outcome: 'already_inactive' } } as const

const deadAnswers: readonly (readonly [name: string, fault: Fault])[] = [
  ['the 400 with number 9', { error: 'failed_precondition' }],
  ['a 400 invalid_access_token', { status: 400, json: { error: 'invalid_access_token' } }],
  ['the 401 with number 16', { error: 'unauthenticated' }],
  ['ACCESS_TOKEN_EXPIRED', { gatewayCode: 'ACCESS_TOKEN_EXPIRED' }],
]

// The Fetch standard makes a 407 a network error.
const isHidden = (status: number, create: unknown) => status === 407 && create === createCoreClient

describe.each(clients)('%s', (_name, create) => {
  describe.each<Operation>(['verifyToken', 'revokeToken'])('%s', (operation) => {
    test.each(faults)('%s is no verdict', async (_fault, fault, expected) => {
      await using service = await startFaulty(create, 'timeoutMs' in expected ? { timeoutMs: 200 } : {})
      service.mock.fail({ ...fault, operation })
      const both = 'revokeAndVerifyToken'
      const verdicts = await Promise.all([service.verdict(operation), service.verdict(both)])
      const failing = 'timeoutMs' in expected ? both : operation
      expect(verdicts).toEqual([
        { operation, ...expected },
        { operation: failing, ...expected },
      ])
    })

    test.each(deadAnswers)('%s means that the token is dead', async (_answer, fault) => {
      await using service = await startFaulty(create)
      service.mock.fail(fault)
      expect(await service.verdict(operation)).toEqual(dead[operation])
      expect(await service.verdict('revokeAndVerifyToken')).toEqual(dead.revokeToken)
    })

    test('every 4xx and 5xx but the 401 with number 16 is an error', async () => {
      await using service = await startFaulty(create)
      for (let status = 400; status < 600; status += 1) {
        const remove = service.mock.fail({ status })
        const seen = await service.verdict(operation)
        remove()
        if (status === 401) expect(seen).toEqual(dead[operation])
        else if (isHidden(status, create))
          expect(seen).toEqual({ operation, code: 'network', reason: 'TypeError' })
        else expect(seen).toMatchObject({ ...api(status, told), operation, error: expect.any(String) })
      }
    })

    test('every 4xx and 5xx without a body is an error', async () => {
      await using service = await startFaulty(create)
      for (let status = 400; status < 600; status += 1) {
        const remove = service.mock.fail({ status, body: 'none' })
        const expected = isHidden(status, create) ? { code: 'network', reason: 'TypeError' } : api(status)
        expect(await service.verdict(operation)).toEqual({ operation, ...expected })
        remove()
      }
    })

    test('a gzip bomb is never unpacked as a whole', async () => {
      await using service = await startFaulty(create)
      service.mock.fail({ body: 'gzip_bomb' })
      expect(await service.verdict(operation)).toEqual({ operation, ...distrusted('too_large') })
    })

    test.each([301, 302, 303, 307, 308])(
      'a redirect with %i to another origin is not followed',
      async (status) => {
        await using service = await startFaulty(create)
        await using other = await startAuthMock()
        service.mock.fail({ redirectTo: `${other.url}/auth/v1/token/introspect`, status })
        expect(await service.verdict(operation)).toEqual({ operation, ...distrusted('redirect', status) })
        expect(other.requests()).toEqual([])
      },
    )

    test('a delay and jitter within the deadline change nothing', async () => {
      await using service = await startFaulty(create)
      service.mock.fail({ delayMs: 1, jitterMs: 20, seed: 7 })
      expect(await service.verdict(operation)).toEqual(
        operation === 'verifyToken' ? active : { outcome: 'revoked' },
      )
    })
  })
})
