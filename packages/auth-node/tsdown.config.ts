import { buildPackage } from '../../scripts/build/build-package.ts'

export default buildPackage(import.meta.dirname, {
  // Each file more makes an import slower: the main entry is one file, from which the guards import what they need, and redis has its
  // own copy of the little that both need.
  inputOptions: { preserveEntrySignatures: 'allow-extension' },
  apart: ['redis'],
  // quick-lru is an ES module only, and smaller than any other cache. fastify-plugin only marks a function for Fastify.
  bundled: ['fastify-plugin', 'quick-lru'],
})
