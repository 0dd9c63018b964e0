import { defineConfig, type UserConfig } from 'tsdown'
import base from '../../scripts/build/tsdown.config.ts'

// One entry a framework, so that importing one loads no other. Each file more makes an import slower: the main entry is one file, from
// which the guards import what they need, and redis has its own copy of the little that both need.
const config: UserConfig[] = defineConfig([
  {
    ...base,
    inputOptions: { preserveEntrySignatures: 'allow-extension' },
    entry: ['index', 'express', 'fastify', 'fetch', 'hono', 'koa'].map((name) => `src/${name}.ts`),
  },
  { ...base, entry: ['src/redis.ts'], clean: false },
])
export default config
