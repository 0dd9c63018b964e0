// The file that WeChat's "build npm" copies into a mini-program, out of the packed package.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { startAuthMock } from '@tokenward/auth-mock'
import { transform } from 'esbuild'
import { expect, test } from 'vitest'
import type * as miniProgram from '../../../packages/auth-web/src/miniprogram.ts'
import { createDevice, createTimers } from '../../../packages/auth-web/test/realms/device.ts'
import { createFakeWx } from '../../../packages/auth-web/test/realms/fake-wx.ts'
import { miniProgramWithoutProxy } from '../../../packages/auth-web/test/realms/platforms/platforms.ts'
import { createRealm } from '../../../packages/auth-web/test/realms/realm.ts'
import { createProject } from './project.ts'

const { folder } = createProject()

const read = (file: string): string =>
  readFileSync(join(folder, 'node_modules/@tokenward/auth-web', file), 'utf8')

test('package.json names the folder, whose two files are what an app can require', () => {
  const { miniprogram } = JSON.parse(read('package.json')) as { readonly miniprogram: string }
  expect(existsSync(join(folder, 'node_modules/@tokenward/auth-web', miniprogram, 'index.js'))).toBe(true)
  expect(read(`${miniprogram}/index.js`)).toBe("module.exports = require('./miniprogram.js')\n")
})

test.each(['miniprogram_dist/miniprogram.js', 'dist/miniprogram.cjs', 'dist/miniprogram.js'])(
  '%s: everything is inside, and nothing is newer than ES2017',
  async (file) => {
    const code = read(file)
    expect(code).not.toMatch(/\brequire\(|\bimport\b|\bfrom ["'@]/)
    const print = async (target: string): Promise<string> =>
      (await transform(code, { target, minifyWhitespace: true })).code
    // A boolean, because a difference would print both.
    expect((await print('es2017')) === (await print('esnext'))).toBe(true)
    // Older engines of mini-programs and of React Native refuse such a regular expression: https://github.com/facebook/hermes/issues/1027
    expect(/\\p\{/.test(code)).toBe(false)
  },
)

test('miniprogram_dist/miniprogram.js: signs out in a realm that has nothing but what a mini-program has', async () => {
  await using mock = await startAuthMock()
  const device = createDevice()
  const timers = createTimers()
  const { setTimeout, setInterval, clearTimeout, clearInterval } = timers
  const { wx } = createFakeWx(device, timers)
  const globals = { wx, setTimeout, setInterval, clearTimeout, clearInterval }
  const realm = createRealm(miniProgramWithoutProxy, globals)
  const before = realm.run('Reflect.ownKeys(this).length')
  const { createAuthClient, wxStorageSession } = realm.load(
    read('miniprogram_dist/miniprogram.js'),
  ) as typeof miniProgram
  const session = wxStorageSession({ key: 'access_token' })
  const auth = createAuthClient({ baseUrl: mock.url, session })
  const token = mock.issueToken()
  session.write(token)
  await expect(auth.verifyToken(token)).resolves.toMatchObject({ active: true })
  await expect(auth.signOut()).resolves.toEqual({ local: 'cleared', remote: 'revoked' })
  expect(JSON.stringify([...device.entries])).not.toContain(token)
  // No global is set, not even for what is remembered of revocations.
  expect(realm.run('Reflect.ownKeys(this).length')).toBe(before)
  const { data } = await auth.api.GET('/auth/v1/token/introspect', {
    headers: { authorization: `Bearer ${token}` },
  })
  expect(data).toEqual({})
  auth.close()
  timers.end()
})
