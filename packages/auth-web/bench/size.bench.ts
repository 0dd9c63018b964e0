// What a page pays for what it imports, beside the peers; and how much of the whole each source file is.
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { printRow } from '@tokenward/scripts/bench/measure'
import { build, type BuildOptions } from 'esbuild'

/** Bundles and minifies code that stands in this folder. */
async function bundle(contents: string, options?: BuildOptions) {
  const { outputFiles = [], metafile } = await build({
    stdin: { contents, resolveDir: import.meta.dirname },
    bundle: true,
    minify: true,
    format: 'esm',
    external: ['react', 'vue'],
    write: false,
    metafile: true,
    ...options,
  })
  return { code: outputFiles[0]?.contents ?? new Uint8Array(), metafile }
}

const web = '@tokenward/auth-web'
const rows: [what: string, code: string, atMost?: number][] = [
  ['verify + revoke, core only', `export { createAuthClient } from '@tokenward/auth-core'`, 6_000],
  ['  openapi-fetch alone', `export { default } from 'openapi-fetch'`],
  [
    '  oauth4webapi, the same two',
    `export { introspectionRequest, processIntrospectionResponse, processRevocationResponse, revocationRequest } from 'oauth4webapi'`,
  ],
  ['  jose, jwtVerify', `export { jwtVerify } from 'jose'`],
  [
    'a page that only signs out',
    `export { signOut } from '${web}/sign-out'; export { cloudbaseSession } from '${web}'`,
    7_000,
  ],
  ['createAuthClient', `export { createAuthClient } from '${web}'`],
  ['  and cloudbaseSession', `export { cloudbaseSession, createAuthClient } from '${web}'`],
  ['  and webStorageSession', `export { createAuthClient, webStorageSession } from '${web}'`],
  ['  and the hooks of React', `export { createAuthClient } from '${web}'; export * from '${web}/react'`],
  ['  and those of Vue', `export { createAuthClient } from '${web}'; export * from '${web}/vue'`],
  ['everything for mini-programs', `export * from '${web}/miniprogram'`, 9_000],
  ['everything exported', `export * from '${web}'`, 8_800],
  ['  @cloudbase/js-sdk, all', `export { default } from '@cloudbase/js-sdk'`],
]

console.log('\nminified bytes: brotli (gzip)')
for (const [what, code, atMost] of rows) {
  const bundled = await bundle(code)
  const brotli = brotliCompressSync(bundled.code).length
  console.log(`${what.padEnd(30)} ${brotli} (${gzipSync(bundled.code).length})`)
  if (atMost !== undefined) printRow(what.trim(), brotli, { atMost })
}

const core = `${import.meta.dirname}/../../auth-core/src/index.ts`
const { metafile } = await bundle(`export * from '../src/index.ts'`, {
  alias: { '@tokenward/auth-core': core },
})
const shares = Object.values(metafile?.outputs ?? {}).flatMap(({ inputs }) => Object.entries(inputs))
console.log('\nof everything exported, minified bytes before compression')
for (const [file, { bytesInOutput }] of shares.sort(([, a], [, b]) => b.bytesInOutput - a.bytesInOutput))
  if (bytesInOutput > 0)
    console.log(`${String(bytesInOutput).padStart(6)} ${file.replace(/^.*(packages|node_modules)\//, '')}`)
