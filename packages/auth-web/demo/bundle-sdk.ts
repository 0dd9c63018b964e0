// The vendor's SDK as one file, for a page without a bundler.
import { build } from 'esbuild'

/** Resolves to an ES module whose default export is that of `@cloudbase/js-sdk`. */
export async function bundleSdk(): Promise<string> {
  const entry = { contents: "export { default } from '@cloudbase/js-sdk'", resolveDir: import.meta.dirname }
  const { outputFiles } = await build({
    stdin: entry,
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
  })
  return outputFiles[0]?.text ?? ''
}
