import { buildPackage } from '../../scripts/build/build-package.ts'

export default buildPackage(import.meta.dirname, {
  // Each file more makes an import slower: the main entry is one file, from which the guards import what they need, and redis has its
  // own copy of the little that both need.
  inputOptions: { preserveEntrySignatures: 'allow-extension' },
  apart: ['redis'],
  // ES modules alone, and smaller than any other cache.
  bundled: ['quick-lru'],
})
