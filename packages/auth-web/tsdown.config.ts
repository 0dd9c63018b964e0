import type { UserConfig } from 'tsdown'
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

const builds: UserConfig[] = [
  ...buildPackage(import.meta.dirname),
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
