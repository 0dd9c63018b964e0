import type { UserConfig } from 'tsdown'
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { buildPackage, shared } from '../../scripts/build/build-package.ts'

// For pages without a bundler: everything in one file.
const outputOptions = {
  // Where pnpm keeps a dependency is no part of its name.
  sourcemapPathTransform: (source: string): string => source.replace(/^.*\/node_modules\//, ''),
}
const single: UserConfig = {
  ...shared,
  platform: 'browser',
  dts: false,
  minify: true,
  sourcemap: true,
  outputOptions,
  deps: { alwaysBundle: [/.*/], onlyBundle: ['openapi-fetch'] },
}

const globals = fileURLToPath(new URL('src/mini-program/globals.ts', import.meta.url))

/** For mini-programs: everything in one file, in the syntax of their engines, with our own classes in place of globals that they lack. */
const selfContained: UserConfig = {
  target: 'es2017',
  deps: {
    alwaysBundle: [/.*/],
    onlyBundle: ['openapi-fetch'],
    dts: { neverBundle: ['@tokenward/auth-core', 'openapi-fetch'] },
  },
  inputOptions: {
    ...shared.inputOptions,
    transform: {
      inject: Object.fromEntries(
        ['FormData', 'Headers', 'Request', 'TextDecoder', 'atob', 'globalThis', 'queueMicrotask'].map(
          (name) => [name, [globals, name]],
        ),
      ),
    },
  },
}

const builds: UserConfig[] = [
  ...buildPackage(import.meta.dirname, { apart: ['miniprogram'] }).map((build) =>
    [build.entry].flat().includes('src/miniprogram.ts') ? { ...build, ...selfContained } : build,
  ),
  {
    ...shared,
    ...selfContained,
    // What WeChat's "build npm" copies: `miniprogram` of package.json names this folder.
    entry: { miniprogram: 'src/miniprogram.ts' },
    outDir: 'miniprogram_dist',
    format: 'cjs',
    dts: false,
    minify: true,
    outExtensions: () => ({ js: '.js' }),
    hooks: {
      // For `require('@tokenward/auth-web')`, which is the same there.
      'build:done': () =>
        writeFileSync(
          new URL('miniprogram_dist/index.js', import.meta.url),
          "module.exports = require('./miniprogram.js')\n",
        ),
    },
  },
  { ...single, entry: { 'auth-web.min': 'src/index.ts' } },
  {
    ...single,
    entry: { 'auth-web': 'src/index.ts' },
    format: 'iife',
    globalName: 'tokenward',
    outputOptions: { ...outputOptions, entryFileNames: '[name].global.js' },
  },
]
export default builds
