import { buildPackage } from '../../scripts/build/build-package.ts'

export default buildPackage(import.meta.dirname, {
  // The contract goes with its types: every user of the package can serve it, mock it, or generate from it.
  copy: ['auth.openapi.yaml', 'revoke-then-verify.arazzo.yaml'].map((file) => ({
    from: `../../spec/${file}`,
    to: '.',
  })),
  // openapi-fetch installs 250 kB, of which 30 are used: the rest is source maps and types in three forms. Its CommonJS file also keeps
  // createClient at `default`, which Node and bundlers read in different ways.
  // The second is types alone.
  bundled: ['openapi-fetch', 'openapi-typescript-helpers'],
})
