// What every platform must do, each case under the feature that the table of the README names.
import type { AuthMock } from '@tokenward/auth-mock'
import { eventually } from '@tokenward/test-kit/eventually'
import { expect } from 'vitest'
import type { effectScope } from 'vue'
import type { useSession } from '../../src/vue.ts'
import { bundleVueHooks } from './bundles.ts'
import type { Device } from './device.ts'
import type { Feature } from './features.ts'
import type { App, Host } from './hosts.ts'

interface VueHooks {
  readonly effectScope: typeof effectScope
  readonly useSession: typeof useSession
}

/** What a case runs with. */
export interface Bed {
  readonly host: Host
  readonly mock: AuthMock
  readonly device: Device
  readonly open: () => Promise<App>
  readonly stateOf: (token: string) => string | undefined
}

export interface Case {
  readonly feature: Feature
  readonly title: string
  readonly run: (bed: Bed) => Promise<void>
}

const options = ({ mock }: Bed): { baseUrl: string; clientId: string; maxRetries: number } => ({
  baseUrl: mock.url,
  clientId: 'shop',
  maxRetries: 0,
})

export const cases: readonly Case[] = [
  {
    feature: 'sign-out',
    title: 'importing touches no global and adds none',
    async run({ open }) {
      const { realm } = await open()
      const before = realm.run('Reflect.ownKeys(this).length')
      expect(realm.touched).toEqual(new Set())
      expect(realm.run('Reflect.ownKeys(this).length')).toBe(before)
    },
  },
  {
    feature: 'sign-out',
    title: 'verifyToken: a live token is active, with its claims',
    async run(bed) {
      const auth = await (await bed.open()).createClient(options(bed))
      const token = bed.mock.issueToken({ sub: '微信用户', scope: 'user' })
      const result = await auth.verifyToken(token)
      expect({ ...result }).toMatchObject({ active: true, sub: '微信用户', scope: 'user', client_id: 'shop' })
      expect(auth.readSession().isSignedIn).toBe(false)
    },
  },
  {
    feature: 'sign-out',
    title: 'verifyToken: what is no UTF-8, too large, or no JSON is never believed',
    async run(bed) {
      const auth = await (await bed.open()).createClient(options(bed))
      for (const [body, reason] of [
        ['invalid_utf8', 'not_json'],
        ['huge', 'too_large'],
        ['truncated_json', 'not_json'],
      ] as const) {
        bed.mock.fail({ operation: 'verifyToken', body, times: 1 })
        const result = auth.verifyToken(bed.mock.issueToken())
        await expect(result).rejects.toMatchObject({ code: 'response', reason })
      }
    },
  },
  {
    feature: 'sign-out',
    title: 'verifyToken: a service that does not answer is a timeout',
    async run(bed) {
      const app = await bed.open()
      const auth = await app.createClient({ ...options(bed), timeoutMs: 200 })
      const stop = bed.mock.fail({ operation: 'verifyToken', transport: 'stall' })
      const error: unknown = await auth.verifyToken(bed.mock.issueToken()).catch((reason: unknown) => reason)
      expect(error).toMatchObject({ code: 'timeout' })
      expect(app.isAuthError(error)).toBe(true)
      stop()
    },
  },
  {
    feature: 'sign-out',
    title: 'auth.api: calls an operation of the spec',
    async run(bed) {
      const auth = await (await bed.open()).createClient(options(bed))
      const token = bed.mock.issueToken({ sub: '42' })
      const headers = { authorization: `Bearer ${token}` }
      const { data } = await auth.api.GET('/auth/v1/token/introspect', { headers })
      expect(data).toMatchObject({ sub: '42' })
      const { response } = await auth.api.POST('/auth/v1/revoke', { headers, body: { token } })
      expect(response.status).toBe(200)
      expect(bed.stateOf(token)).toBe('revoked')
    },
  },
  {
    feature: 'sign-out',
    title: 'signOut: the storage is empty, and the token is dead',
    async run(bed) {
      const app = await bed.open()
      const auth = await app.createClient(options(bed))
      const token = bed.mock.issueToken({ sub: '42' })
      await auth.updateSession(() => Promise.resolve(token))
      await app.written?.()
      expect(bed.device.entries.get('access_token')).toBe(token)
      expect(auth.readSession()).toMatchObject({ isSignedIn: true, user: '42' })
      expect(await auth.signOut()).toEqual({ local: 'cleared', remote: 'revoked' })
      await app.written?.()
      expect([...bed.device.entries.values()].join()).not.toContain(token)
      expect([...bed.device.entries.keys()].join()).not.toContain(token)
      expect(bed.stateOf(token)).toBe('revoked')
      expect(await auth.signOut()).toMatchObject({ local: 'absent' })
    },
  },
  {
    feature: 'sign-out',
    title: 'signOut: a sign-in that ends afterwards is undone',
    async run(bed) {
      const auth = await (await bed.open()).createClient(options(bed))
      const late = bed.mock.issueToken({ sub: '42' })
      let answer = (_token: string): void => undefined
      const signingIn = auth.updateSession(() => new Promise((resolve) => (answer = resolve)))
      await auth.signOut()
      answer(late)
      expect(await signingIn).toBe(false)
      expect(auth.session.read()).toBeFalsy()
      await eventually(() => expect(bed.stateOf(late)).toBe('revoked'))
    },
  },
  {
    feature: 'sign-out',
    title: 'the same device has the same id at the next start, and no error or event holds a token',
    async run(bed) {
      const token = bed.mock.issueToken()
      const seen: unknown[] = []
      bed.mock.fail({ operation: 'verifyToken', status: 503, times: 2 })
      for (const run of [1, 2]) {
        const app = await bed.open()
        const auth = await app.createClient({
          ...options(bed),
          onResponse: (event) => void seen.push({ ...event, error: event.error?.stack }),
        })
        const error: unknown = await auth.verifyToken(token).catch((reason: unknown) => reason)
        seen.push(run, String(error), (error as Error).stack)
        await app.written?.()
      }
      expect(JSON.stringify(seen)).not.toContain(token)
      const ids = bed.mock.requests().map(({ headers }) => headers['x-device-id'])
      expect(ids[0]).toMatch(/^[0-9a-f]{32}$/)
      expect(new Set(ids).size).toBe(1)
      expect(bed.device.entries.get('device_id')).toBe(ids[0])
    },
  },
  {
    feature: 'waiting revocations',
    title: 'signOut: under a 503 the session is gone, and the revocation is delivered later',
    async run(bed) {
      const app = await bed.open()
      const auth = await app.createClient(options(bed))
      const token = bed.mock.issueToken()
      auth.session.write(token)
      const heal = bed.mock.fail({ operation: 'revokeToken', status: 503 })
      expect(await auth.signOut()).toMatchObject({ local: 'cleared', remote: 'pending' })
      expect(auth.session.read()).toBeFalsy()
      expect(auth.pendingRevocations()).toBe(1)
      heal()
      await eventually(() => expect(bed.stateOf(token)).toBe('revoked'))
      await eventually(() => expect(auth.pendingRevocations()).toBe(0))
      await app.written?.()
      expect([...bed.device.entries.keys()].join()).not.toContain(token)
    },
  },
  {
    feature: 'waiting revocations',
    title: 'signOut: what could not be sent offline is sent when the network is back',
    async run(bed) {
      const app = await bed.open()
      const auth = await app.createClient(options(bed))
      const token = bed.mock.issueToken()
      auth.session.write(token)
      bed.device.isOnline = false
      const { local, remote, error } = await auth.signOut()
      expect({ local, remote, code: error?.code }).toEqual({
        local: 'cleared',
        remote: 'pending',
        code: 'network',
      })
      bed.device.isOnline = true
      app.comeOnline()
      await eventually(() => expect(bed.stateOf(token)).toBe('revoked'))
    },
  },
  {
    feature: 'waiting revocations',
    title: 'signOut: an app that is killed while it sends delivers at its next start',
    async run(bed) {
      const app = await bed.open()
      const auth = await app.createClient({ ...options(bed), timeoutMs: 1_000 })
      const token = bed.mock.issueToken()
      auth.session.write(token)
      const heal = bed.mock.fail({ status: 503 })
      void auth.signOut()
      await app.written?.()
      app.kill()
      heal()
      expect(bed.device.entries.has('access_token')).toBe(false)
      const next = await (await bed.open()).createClient({ ...options(bed), timeoutMs: 1_000 })
      expect(next.session.read()).toBeFalsy()
      await eventually(() => expect(bed.stateOf(token)).toBe('revoked'))
      await eventually(() => expect(next.pendingRevocations()).toBe(0))
    },
  },
  {
    feature: 'other pages',
    title: 'signOut: another page of the app hears of it',
    async run(bed) {
      const app = await bed.open()
      const [first, second] = [await app.createClient(options(bed)), await app.createClient(options(bed))]
      const heard: string[] = []
      first.session.write(bed.mock.issueToken())
      second.onSignedOut(({ source }) => heard.push(source))
      await first.signOut()
      await eventually(() => expect(heard).toEqual(['other_tab']))
      expect(second.readSession().isSignedIn).toBe(false)
    },
  },
  {
    feature: 'other pages',
    title: 'signOut: never ends the newer session of another user',
    async run(bed) {
      const app = await bed.open()
      const [first, second] = [await app.createClient(options(bed)), await app.createClient(options(bed))]
      const [old, other] = [bed.mock.issueToken({ sub: '1' }), bed.mock.issueToken({ sub: '2' })]
      await first.updateSession(() => Promise.resolve(old))
      const heal = bed.mock.fail({ operation: 'revokeToken', status: 503 })
      const leaving = first.signOut()
      await second.updateSession(() => Promise.resolve(other))
      await leaving
      heal()
      await eventually(() => expect(bed.stateOf(old)).toBe('revoked'))
      expect(second.session.read()).toBe(other)
      expect(bed.stateOf(other)).toBe('active')
    },
  },
  {
    feature: 'watch',
    title: 'watchSession: signs out when the service rejects the token, and not in an outage',
    async run(bed) {
      const app = await bed.open()
      const auth = await app.createClient(options(bed))
      const token = bed.mock.issueToken()
      auth.session.write(token)
      const heard: string[] = []
      auth.onSignedOut(({ source }) => heard.push(source))
      bed.mock.fail({ operation: 'verifyToken', status: 503, times: 1 })
      const stop = auth.watchSession({ everyMs: 1_000, immediate: true })
      const asked = (): number =>
        bed.mock.requests().filter(({ operation }) => operation === 'verifyToken').length
      await eventually(() => expect(asked()).toBeGreaterThan(1))
      expect(heard).toEqual([])
      bed.mock.revoke(token)
      await eventually(() => expect(heard).toEqual(['service']))
      expect(auth.session.read()).toBeFalsy()
      stop()
    },
  },
  {
    feature: 'hooks',
    title: 'useSession of Vue follows a sign-in and a sign-out',
    async run(bed) {
      const app = await bed.open()
      const auth = await app.createClient(options(bed))
      const { effectScope, useSession } = app.realm.load(await bundleVueHooks()) as VueHooks
      const scope = effectScope()
      const state = scope.run(() => useSession(auth))
      expect(state?.isSignedIn.value).toBe(false)
      await auth.updateSession(() => Promise.resolve(bed.mock.issueToken({ sub: '42' })))
      await eventually(() => expect(state?.user.value).toBe('42'))
      await auth.signOut()
      await eventually(() => expect(state?.isSignedIn.value).toBe(false))
      scope.stop()
    },
  },
]
