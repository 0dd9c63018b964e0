import { fileURLToPath } from 'node:url'
import { build, type BuildOptions } from 'esbuild'

const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url))

async function bundle(options: BuildOptions): Promise<string> {
  const { outputFiles } = await build({
    bundle: true,
    write: false,
    format: 'cjs',
    conditions: ['@tokenward/source'],
    ...options,
  })
  return outputFiles?.[0]?.text ?? ''
}

let web: Promise<string> | undefined
let vueHooks: Promise<string> | undefined
let miniProgram: Promise<string> | undefined

/** The entry for browsers and React Native, as a bundler makes it. */
export function bundleWeb(): Promise<string> {
  return (web ??= bundle({ entryPoints: [at('src/index.ts')], target: 'es2020' }))
}

/** The hooks of Vue, with Vue itself. */
export function bundleVueHooks(): Promise<string> {
  const contents = `export { useSession } from './src/vue.ts'; export { effectScope } from 'vue'`
  return (vueHooks ??= bundle({
    stdin: { contents, resolveDir: at('.') },
    target: 'es2020',
    define: { 'process.env.NODE_ENV': '"production"' },
  }))
}

/** Core alone. openapi-fetch, which it builds on, is given the two classes that it asks for. */
export function bundleCore(): Promise<string> {
  return bundle({
    stdin: { contents: `export * from '@tokenward/auth-core'`, resolveDir: at('.') },
    target: 'es2017',
    inject: [at('test/realms/classes-of-openapi-fetch.ts')],
  })
}

/** The recipe for React Native, which imports the entry for mini-programs. */
export function bundleReactNative(): Promise<string> {
  return bundle({
    entryPoints: [at('examples/react-native.ts')],
    target: 'es2020',
    external: ['@tokenward/auth-web/miniprogram'],
  })
}

/** The entry for mini-programs, as the package's build makes it: everything inside, with stand-ins for the globals that are missing. */
export function bundleMiniProgram(): Promise<string> {
  return (miniProgram ??= bundle({
    entryPoints: [at('src/miniprogram.ts')],
    target: 'es2017',
    inject: [at('src/mini-program/globals.ts')],
  }))
}
