import * as core from '@tokenward/auth-core'
import { createFakeVerifier } from '@tokenward/auth-mock'
import type express from 'express'
import type { FastifyRequest } from 'fastify'
import type { MiddlewareHandler } from 'hono'
import type Koa from 'koa'
import { expect, expectTypeOf, onTestFinished, test, vi } from 'vitest'
import { requireToken as expressGuard } from '../src/express.ts'
import { requireToken as fetchGuard } from '../src/fetch.ts'
import { requireToken as honoGuard } from '../src/hono.ts'
import * as node from '../src/index.ts'

test('the package exports what core does, the verifier, the decision of the guards, and no more', () => {
  expect(Object.keys(node).sort()).toEqual([
    'AuthApiError',
    'AuthConfigurationError',
    'AuthNetworkError',
    'AuthResponseError',
    'AuthTimeoutError',
    'AuthTokenEndedError',
    'AuthTokenStillActiveError',
    'createAuthClient',
    'createAuthenticate',
    'createTokenVerifier',
    'fromCookie',
    'fromHeader',
    'fromWebSocketProtocol',
    'isAuthError',
    'isBearerToken',
    'onTokenRevoked',
    'operations',
    'readBearerToken',
    'readTokenExpiry',
    'readTokenSubject',
  ])
})

test('errors are those of core, so that instanceof holds', () => {
  expect(node.AuthApiError).toBe(core.AuthApiError)
  expect(node.isAuthError).toBe(core.isAuthError)
})

test('types: createAuthClient needs no options and returns the client of core', () => {
  expectTypeOf(node.createAuthClient).toBeCallableWith()
  expectTypeOf(node.createAuthClient).returns.toEqualTypeOf<core.AuthClient>()
  expectTypeOf(node.createAuthClient).returns.not.toBeAny()
})

test('types: each framework types the identity in its own way', () => {
  expectTypeOf<express.Request['identity']>().toEqualTypeOf<node.VerifiedToken | undefined>()
  expectTypeOf<FastifyRequest['identity']>().toEqualTypeOf<node.VerifiedToken | undefined>()
  expectTypeOf<Koa.DefaultState['identity']>().toEqualTypeOf<node.VerifiedToken | undefined>()
  const verifier = node.createTokenVerifier(node.createAuthClient({ env: 'shop' }))
  expectTypeOf(honoGuard(verifier)).toEqualTypeOf<
    MiddlewareHandler<{ Variables: { identity: node.VerifiedToken } }>
  >()
  expectTypeOf(honoGuard(verifier, { optional: true })).toEqualTypeOf<
    MiddlewareHandler<{ Variables: { identity: node.VerifiedToken | undefined } }>
  >()
  fetchGuard(verifier, { scopes: ['user'] })((_request, identity) => {
    expectTypeOf(identity).toEqualTypeOf<node.VerifiedToken>()
    return new Response()
  })
  fetchGuard(verifier, { optional: true })((_request, identity) => {
    expectTypeOf(identity).toEqualTypeOf<node.VerifiedToken | undefined>()
    return new Response()
  })
})

test('types: onChallenge gets the request of Express, where it says so', () => {
  const verifier = node.createTokenVerifier(node.createAuthClient({ env: 'shop' }))
  const guard = expressGuard(verifier, {
    onChallenge: (_challenge, request: express.Request) => ({ body: request.ip }),
  })
  expectTypeOf(guard).toExtend<express.RequestHandler>()
  expectTypeOf(expressGuard(verifier)).toExtend<express.RequestHandler>()
})

test('a misspelt option of a guard does not compile, and is refused by name', () => {
  const verifier = node.createTokenVerifier(node.createAuthClient({ env: 'shop' }))
  const refused = expect.objectContaining({ code: 'configuration', argument: 'scope' })
  // @ts-expect-error a check that is misspelt would be no check
  expect(() => honoGuard(verifier, { clientId: 'shop', scope: ['admin'] })).toThrow(refused)
  // @ts-expect-error the same
  expect(() => expressGuard(verifier, { clientId: 'shop', scope: ['admin'] })).toThrow(refused)
  // @ts-expect-error the same
  expect(() => fetchGuard(verifier, { clientId: 'shop', scope: ['admin'] })).toThrow(refused)
})

test('types: the fake verifier of auth-mock has the methods of a verifier, and no others', () => {
  expectTypeOf(createFakeVerifier).returns.toExtend<node.TokenVerifier>()
  expectTypeOf(createFakeVerifier).returns.not.toBeAny()
  expectTypeOf<keyof ReturnType<typeof createFakeVerifier>>().toEqualTypeOf<keyof node.TokenVerifier>()
})

test('importing the package reads no variable, and creating a client needs no process', async () => {
  const touched = vi.fn<() => undefined>()
  vi.stubGlobal('process', new Proxy({}, { get: touched }))
  onTestFinished(() => void vi.unstubAllGlobals())
  vi.resetModules()
  const { createAuthClient } = await import('../src/client/create-auth-client.ts')
  vi.stubGlobal('process', undefined)
  expect(createAuthClient({ env: 'shop' }).clientId).toBe('shop')
  expect(touched).not.toHaveBeenCalled()
})
