import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { expect, onTestFinished, test, vi } from 'vitest'
import { type Component, createRenderer, createSSRApp, nextTick } from 'vue'
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

/** A node of a page that there is not. */
interface FakeNode {
  text: string
  children: FakeNode[]
  parent?: FakeNode
}

const makeNode = (text: string): FakeNode => ({ text, children: [] })
const textOf = ({ text, children }: FakeNode): string => text + children.map(textOf).join('')
const detach = (node: FakeNode): void => {
  const { parent } = node
  if (parent) parent.children = parent.children.filter((child) => child !== node)
}

/** Mounts a component on such a page. */
async function mount(component: Component): Promise<string> {
  const { createApp } = createRenderer<FakeNode, FakeNode>({
    createElement: () => makeNode(''),
    createText: makeNode,
    createComment: () => makeNode(''),
    setText: (node, text) => void (node.text = text),
    setElementText: (node, text) => void (node.children = [makeNode(text)]),
    insert(node, parent, before) {
      detach(node)
      node.parent = parent
      const index = before ? parent.children.indexOf(before) : parent.children.length
      parent.children.splice(index, 0, node)
    },
    remove: detach,
    patchProp: () => undefined,
    parentNode: ({ parent }) => parent ?? null,
    nextSibling: (node) => {
      const siblings = node.parent?.children ?? []
      return siblings[siblings.indexOf(node) + 1] ?? null
    },
  })
  const page = makeNode('')
  const app = createApp(component)
  app.mount(page)
  await nextTick()
  const text = textOf(page)
  app.unmount()
  return text
}

test('README: the Vue snippet compiles, and shows a button to the user who is signed in', async () => {
  const storage = fakeStorage([['access_token', mintToken({ sub: 'user-7' })]])
  vi.stubGlobal('localStorage', storage)
  onTestFinished(() => void vi.unstubAllGlobals())
  const [, source = ''] = /```vue\n([^]*?)```/.exec(readme) ?? []
  const component = await loadComponent(source)
  await expect(mount(component)).resolves.toContain('Sign out user-7')
  await expect(renderToString(createSSRApp(component))).resolves.toContain('Signed out.')
  storage.clear()
  await expect(mount(component)).resolves.toContain('Signed out.')
  await expect(renderToString(createSSRApp(component))).resolves.toContain('Signed out.')
})
