import { defineConfig, type UserConfig } from 'tsdown'
import shared from '../../scripts/build/tsdown.config.ts'

// For pages without a bundler: everything in one file.
const single: UserConfig = {
  ...shared,
  platform: 'browser',
  dts: false,
  minify: true,
  clean: false,
  deps: { alwaysBundle: [/.*/], onlyBundle: false },
}

export default defineConfig([
  { ...shared, entry: ['src/index.ts', 'src/sign-out.ts', 'src/react.ts', 'src/vue.ts'] },
  { ...single, entry: { 'auth-web.min': 'src/index.ts' } },
  {
    ...single,
    entry: { 'auth-web': 'src/index.ts' },
    format: 'iife',
    globalName: 'tokenward',
    outputOptions: { entryFileNames: '[name].global.js' },
  },
])
