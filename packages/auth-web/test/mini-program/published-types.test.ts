// The app objects of the platforms, as the types that they publish state them, fit without any cast.
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const run = promisify(execFile)

/** Compiles code on its own, because the types of two platforms declare the same globals. Resolves to what the compiler says. */
async function compile(code: string): Promise<string> {
  const folder = mkdtempSync(join(root, 'test/.types-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'app.ts'), code)
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      extends: '../../../../tsconfig.base.json',
      compilerOptions: {
        lib: ['es2022', 'esnext.disposable', 'dom', 'dom.iterable'],
        module: 'esnext',
        moduleResolution: 'bundler',
        isolatedDeclarations: false,
        declaration: false,
        rootDir: '../../../..',
      },
      include: ['app.ts'],
    }),
  )
  const { stdout } = await run('tsc', ['-p', folder], { cwd: root }).catch((error: unknown) => ({
    stdout: (error as { stdout: string }).stdout,
  }))
  return stdout
}

const use = (app: string): string => `
import { cloudbaseSession, createAuthClient, type MiniProgram, wxStorageSession } from '@tokenward/auth-web/miniprogram'
const platform: MiniProgram = ${app}
type IsAny<Type> = 0 extends 1 & Type ? true : false
export const isAny: IsAny<typeof ${app}> = false
export const isAnyRequest: IsAny<typeof ${app}.request> = false
export const session = cloudbaseSession({ env: 'my-env', platform: ${app} })
export const auth = createAuthClient({ env: 'my-env', session: wxStorageSession({ key: 'token', platform }), platform: ${app} })`

test.each([
  ['wx of @types/wechat-miniprogram', 'wx', '/// <reference types="@types/wechat-miniprogram" />'],
  ['wx of miniprogram-api-typings', 'wx', '/// <reference types="miniprogram-api-typings" />'],
  ['uni of @dcloudio/types', 'uni', '/// <reference types="@dcloudio/types" />'],
  ['Taro of @tarojs/taro', 'Taro', `import Taro from '@tarojs/taro'`],
])('%s fits', async (_name, app, head) => {
  expect(await compile(`${head}\n${use(app)}`)).toBe('')
})

const create = (options: string): string => `
import { createAuthClient } from '@tokenward/auth-web/miniprogram'
export const auth = createAuthClient({ env: 'my-env'${options} })`

test('an app without types of its own needs none of them', async () => {
  expect(await compile(create(''))).toBe('')
})

test.each([
  ['an app object of no type', use('makeUp()').replaceAll('typeof makeUp()', 'string'), 'makeUp'],
  ['an app object that lacks methods', create(', platform: { request: () => undefined }'), 'getStorageSync'],
])('%s is refused', async (_name, code, error) => {
  expect(await compile(code)).toContain(error)
})
