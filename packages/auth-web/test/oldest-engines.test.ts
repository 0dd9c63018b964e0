// The syntax of what is built fits the oldest engines that the README names. What they lack of the platform is taken away in
// test/browser/old-engines.browser.test.ts.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build, transform } from 'esbuild'
import { expect, test } from 'vitest'

const target = ['chrome91', 'firefox90', 'safari14.1']

/** Bundles an entry without lowering anything, as a page gets it. */
async function bundle(entry: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(`../src/${entry}.ts`, import.meta.url))],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'esnext',
    external: ['react', 'vue'],
    conditions: ['@tokenward/source'],
  })
  return outputFiles[0]?.text ?? ''
}

async function print(code: string, engines: string | string[]): Promise<string> {
  return (await transform(code, { target: engines, minifyWhitespace: true })).code
}

test.each(['index', 'sign-out', 'react', 'vue'])(
  'the bundle of %s has no syntax that would have to be lowered for the oldest engines',
  async (entry) => {
    const code = await bundle(entry)
    expect(code).toContain('signOut')
    // A boolean, because a difference would print both bundles.
    expect((await print(code, target)) === (await print(code, 'esnext'))).toBe(true)
  },
)

test('the comparison finds newer syntax', async () => {
  const code = 'class A { static { A.made = true } }'
  expect(await print(code, target)).not.toBe(await print(code, 'esnext'))
})

test('the README names these engines', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  expect(readme).toContain('Chrome 91, Firefox 90 and Safari 14.1')
})
