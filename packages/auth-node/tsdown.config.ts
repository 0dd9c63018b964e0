import { buildPackage } from '../../scripts/build/build-package.ts'

export default buildPackage(import.meta.dirname, {
  // Each file more makes an import slower: the main entry is one file, from which the guards import what they need. Redis and signature
  // have their own copies of the little that they share with it.
  inputOptions: { preserveEntrySignatures: 'allow-extension' },
  apart: ['redis', 'signature'],
  // ES modules alone, and smaller than any other cache.
  bundled: ['quick-lru'],
  // From version 12 on.
  withoutCommonJs: ['@nestjs/common'],
})
