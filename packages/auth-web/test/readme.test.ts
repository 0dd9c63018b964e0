import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { expect, onTestFinished, test, vi } from 'vitest'
import { type Component, createSSRApp } from 'vue'
import { compileScript, parse } from 'vue/compiler-sfc'
import { renderToString } from 'vue/server-renderer'
import { fakeStorage } from './bed/fake-storage.ts'
import { mintToken } from './bed/tokens.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const readme = readFileSync(join(root, 'README.md'), 'utf8')

/** Compiles a component of the README as Vite's plugin does, and loads it. */
async function loadComponent(source: string): Promise<Component> {
  const { content } = compileScript(parse(source).descriptor, {
    id: 'readme',
    inlineTemplate: true,
    genDefaultAs: 'component',
  })
  // Within the package, whose own name leads to its source.
  const folder = mkdtempSync(join(root, '.readme-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'component.ts')
  writeFileSync(file, `${content}\nexport { component }\n`)
  const module = (await import(pathToFileURL(file).href)) as { readonly component: Component }
  return module.component
}

test('README: the Vue snippet compiles, and shows a button to the user who is signed in', async () => {
  const storage = fakeStorage([['access_token', mintToken({ sub: 'user-7' })]])
  vi.stubGlobal('localStorage', storage)
  onTestFinished(() => void vi.unstubAllGlobals())
  const [, source = ''] = /```vue\n([^]*?)```/.exec(readme) ?? []
  const component = await loadComponent(source)
  await expect(renderToString(createSSRApp(component))).resolves.toContain('Sign out user-7')
  storage.clear()
  await expect(renderToString(createSSRApp(component))).resolves.toContain('Signed out.')
})
