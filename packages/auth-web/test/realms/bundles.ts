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
let miniProgram: Promise<string> | undefined

/** The entry for browsers and React Native, as a bundler makes it. */
export function bundleWeb(): Promise<string> {
  return (web ??= bundle({ entryPoints: [at('src/index.ts')], target: 'es2020' }))
}

/** The entry for mini-programs, as the package's build makes it: everything inside, with stand-ins for the globals that are missing. */
export function bundleMiniProgram(): Promise<string> {
  return (miniProgram ??= bundle({
    entryPoints: [at('src/miniprogram.ts')],
    target: 'es2017',
    inject: [at('src/mini-program/globals.ts')],
  }))
}
