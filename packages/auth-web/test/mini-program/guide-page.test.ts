// The complete page of the guide, guide/mini-program.md, as it stands: with the vendor's own build, in a mini-program.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { startAuthMock } from '@tokenward/auth-mock'
import { readBlocks } from '@tokenward/scripts/test-bed/markdown-blocks'
import { build } from 'esbuild'
import { expect, onTestFinished, test } from 'vitest'
import type cloudbase from '@cloudbase/js-sdk'
import { bundleMiniProgram } from '../realms/bundles.ts'
import { createDevice, createTimers } from '../realms/device.ts'
import { createFakeWx } from '../realms/fake-wx.ts'
import { miniProgram } from '../realms/platforms/platforms.ts'
import { createRealm } from '../realms/realm.ts'

const service = 'https://my-env.api.tcloudbasegateway.com'
const guide = readFileSync(new URL('../../../docs/pages/guide/mini-program.md', import.meta.url), 'utf8')
const require = createRequire(import.meta.url)
const vendorBuild = readFileSync(
  join(dirname(require.resolve('@cloudbase/js-sdk')), '../miniprogram_dist/index.js'),
  'utf8',
)

/** What the guide's page is, and what a mini-program gives to it. */
interface PageObject {
  readonly data: { user: string }
  readonly onLoad: () => void
  readonly signOut: () => Promise<void>
  readonly onUnload: () => void
  setData(change: object): void
}

/** Bundles the guide's files as the developer tools do. */
async function bundlePage(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'tokenward-guide-page-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const { source } of readBlocks(guide)) {
    const [, name] = /^\/\/ (\S+\.js)\n/.exec(source) ?? []
    if (name === undefined) continue
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), source)
  }
  const { outputFiles } = await build({
    entryPoints: [join(folder, 'pages/account/account.js')],
    bundle: true,
    write: false,
    format: 'cjs',
    target: 'es2017',
    external: ['@cloudbase/js-sdk', '@tokenward/auth-web/miniprogram'],
  })
  return outputFiles[0]?.text ?? ''
}

test('the page shows the user, and its button ends the session for good', async () => {
  await using mock = await startAuthMock({ clientId: 'my-env' })
  const timers = createTimers()
  onTestFinished(timers.end)
  const { wx } = createFakeWx(createDevice(), timers)
  const launched: string[] = []
  const pages: PageObject[] = []
  const { setTimeout, setInterval, clearTimeout, clearInterval } = timers
  const realm = createRealm(miniProgram, {
    wx: {
      ...wx,
      request: (given: Parameters<typeof wx.request>[0]) =>
        wx.request({ ...given, url: given.url.replace(service, mock.url) }),
      reLaunch: ({ url }: { readonly url: string }) => void launched.push(url),
    },
    Page: (page: PageObject) =>
      void pages.push({ ...page, setData: (change) => void Object.assign(page.data, change) }),
    App: () => undefined,
    getApp: () => ({}),
    getCurrentPages: () => [],
    console: { ...console, log: () => undefined, warn: () => undefined },
    setTimeout,
    setInterval,
    clearTimeout,
    clearInterval,
  })
  const loaded = realm.load(vendorBuild) as typeof cloudbase & { readonly default?: typeof cloudbase }
  const vendor = loaded.default ?? loaded
  const apps: ReturnType<typeof vendor.init>[] = []
  const init: typeof vendor.init = (options) => {
    const app = vendor.init(options)
    app.registerEndPointWithKey({ key: 'GATEWAY', url: `//${new URL(mock.url).host}/v1`, protocol: 'http' })
    apps.push(app)
    return app
  }
  realm.load(await bundlePage(), {
    '@cloudbase/js-sdk': { init },
    '@tokenward/auth-web/miniprogram': realm.load(await bundleMiniProgram()),
  })

  await apps[0]?.auth().signInAnonymously()
  const [issued] = mock.tokens()
  const [page] = pages
  page?.onLoad()
  expect(page?.data.user).toBe(issued?.sub)
  await page?.signOut()
  expect(launched).toEqual(['/pages/index/index'])
  expect(page?.data.user).toBe('')
  expect(mock.tokens()[0]?.state).toBe('revoked')
  page?.onUnload()
})
