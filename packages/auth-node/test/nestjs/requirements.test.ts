import type { ExecutionContext } from '@nestjs/common'
import { expect, test } from 'vitest'
import { createTokenVerifier } from '../../src/index.ts'
import { identityOf, Public, Scopes, TokenGuard } from '../../src/nestjs.ts'
import { fakeService, mint } from '../fake-service.ts'

/** The context of a call to a handler, with decorators at it and at its class. */
function contextOf(
  request: object,
  decorators: { handler?: readonly ClassDecorator[]; parent?: readonly ClassDecorator[] } = {},
  type = 'http',
): ExecutionContext {
  const handler = (): void => undefined
  const Parent = class {
    readonly name = 'orders'
  }
  for (const decorate of decorators.handler ?? []) decorate(handler)
  for (const decorate of decorators.parent ?? []) decorate(Parent)
  const context = {
    getType: () => type,
    getHandler: () => handler,
    getClass: () => Parent,
    getArgByIndex: () => request,
    switchToHttp: () => ({ getRequest: () => request, getResponse: () => ({ setHeader: () => undefined }) }),
    switchToWs: () => ({ getClient: () => request }),
  }
  return context as unknown as ExecutionContext
}

const guard = new TokenGuard(createTokenVerifier(fakeService().auth))
const authorization = `Bearer ${mint()}`
const good = (): object => ({ headers: { authorization } })
const none = (): object => ({ headers: {} })

const unauthorized = expect.objectContaining({ status: 401 })
const forbidden = expect.objectContaining({ status: 403 })

test('@Public and @Scopes: what stands at the handler counts before what stands at its class', async () => {
  expect(await guard.canActivate(contextOf(none(), { handler: [Public()] }))).toBe(true)
  expect(await guard.canActivate(contextOf(none(), { parent: [Public()] }))).toBe(true)
  expect(await guard.canActivate(contextOf(none(), { handler: [Public()], parent: [Scopes('user')] }))).toBe(
    true,
  )
  const ended = { handler: [Scopes('user')], parent: [Public()] }
  await expect(guard.canActivate(contextOf(none(), ended))).rejects.toEqual(unauthorized)
  expect(await guard.canActivate(contextOf(good(), ended))).toBe(true)
  expect(await guard.canActivate(contextOf(good(), { parent: [Scopes('user')] }))).toBe(true)
  const both = { handler: [Scopes('user')], parent: [Scopes('admin')] }
  await expect(guard.canActivate(contextOf(good(), both))).rejects.toEqual(forbidden)
})

test('@Scopes beside @Public is a mistake, and lets nothing in; so is a scope that cannot be one', async () => {
  const mistake = expect.objectContaining({ code: 'configuration' })
  await expect(guard.canActivate(contextOf(good(), { handler: [Public(), Scopes('user')] }))).rejects.toEqual(
    mistake,
  )
  expect(() => Scopes()).toThrow(mistake)
  expect(() => Scopes('a b')).toThrow(mistake)
})

test('@Scopes: the scopes of the options are required as well', async () => {
  const strict = new TokenGuard(createTokenVerifier(fakeService().auth), { scopes: ['admin'] })
  await expect(strict.canActivate(contextOf(good(), { handler: [Scopes('user')] }))).rejects.toEqual(
    forbidden,
  )
})

test('identityOf: is an error where no guard ran, and undefined in a public handler and for a guest', async () => {
  const context = contextOf(good())
  expect(() => identityOf(context)).toThrow('no TokenGuard ran before')
  await guard.canActivate(context)
  expect(identityOf(context)).toMatchObject({ sub: '42' })
  expect(identityOf(contextOf(good(), { handler: [Public()] }))).toBeUndefined()
  const guest = contextOf(none())
  const optional = new TokenGuard(createTokenVerifier(fakeService().auth), { optional: true })
  expect(await optional.canActivate(guest)).toBe(true)
  expect(identityOf(guest)).toBeUndefined()
})

test.each<[string, object]>([
  ['Apollo and Yoga', { req: good() }],
  ['Yoga without Node', { request: good() }],
  ['Mercurius', { reply: { request: { ...good(), raw: good() } } }],
  ['graphql-ws', { extra: { request: good() } }],
])('GraphQL: finds the request in the context of %s', async (_name, graphql) => {
  const context = contextOf(graphql, {}, 'graphql')
  expect(await guard.canActivate(context)).toBe(true)
  expect(identityOf(context)).toMatchObject({ sub: '42' })
})

test('a context without a request is an error that says what is missing, and lets nothing in', async () => {
  await expect(guard.canActivate(contextOf({}, {}, 'graphql'))).rejects.toThrow(
    'a field req with the request',
  )
  await expect(guard.canActivate(contextOf({}, {}, 'rpc'))).rejects.toThrow(
    'of the kind rpc cannot be guarded',
  )
  await expect(guard.canActivate(contextOf({}, {}, 'ws'))).rejects.toThrow('call rememberRequest')
})

test('TokenGuard: refuses what the other guards refuse, when it is made', () => {
  const mistake = (argument: string): unknown => expect.objectContaining({ code: 'configuration', argument })
  expect(() => new TokenGuard({} as never)).toThrow(mistake('verifier'))
  const options = JSON.parse('{"scope":["user"]}') as object
  expect(() => new TokenGuard(createTokenVerifier(fakeService().auth), options)).toThrow(mistake('scope'))
})

test('@Public and @Scopes at a base class: a subclass inherits them, and its own scopes replace those of the base', async () => {
  /** The context of a call to a handler of a subclass. */
  function subclassOf(request: object, base: ClassDecorator, own?: ClassDecorator): ExecutionContext {
    const Base = class {
      readonly name = 'orders'
    }
    base(Base)
    const Sub = class extends Base {}
    own?.(Sub)
    return { ...contextOf(request), getClass: () => Sub } as unknown as ExecutionContext
  }
  expect(await guard.canActivate(subclassOf(none(), Public()))).toBe(true)
  await expect(guard.canActivate(subclassOf(good(), Scopes('admin')))).rejects.toEqual(forbidden)
  expect(await guard.canActivate(subclassOf(good(), Scopes('admin'), Scopes('user')))).toBe(true)
  await expect(guard.canActivate(subclassOf(good(), Public(), Scopes('user')))).rejects.toMatchObject({
    code: 'configuration',
  })
})

test('the message of a microservice has no request, and is refused with an error', async () => {
  await expect(guard.canActivate(contextOf(good(), {}, 'rpc'))).rejects.toMatchObject({
    code: 'configuration',
  })
})
