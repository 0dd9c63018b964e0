// How every package is built: one ESM file per entry point, with types and source maps.
import { defineConfig } from 'tsdown'

export default defineConfig({
  entry: ['src/index.ts'],
  format: 'esm',
  platform: 'neutral',
  target: 'es2022',
  dts: true,
  sourcemap: true,
  fixedExtension: false,
  // Shorter statements, under the names and in the lines of the source: what a bundler makes of it is smaller.
  minify: { compress: true, mangle: false, codegen: false },
})
