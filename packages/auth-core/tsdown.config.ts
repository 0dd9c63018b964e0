import { buildPackage } from '../../scripts/build/build-package.ts'

export default buildPackage(import.meta.dirname, {
  // The contract goes with its types: every user of the package can serve it, mock it, or generate from it.
  copy: ['auth.openapi.yaml', 'revoke-then-verify.arazzo.yaml'].map((file) => ({
    from: `../../spec/${file}`,
    to: '.',
  })),
  // Its CommonJS file keeps createClient at `default`, which Node and bundlers read in different ways.
  bundledInCommonJs: ['openapi-fetch'],
})
