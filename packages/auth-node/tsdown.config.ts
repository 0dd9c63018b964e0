import { defineConfig, type UserConfig } from 'tsdown'
import base from '../../scripts/tsdown.config.ts'

// One entry a framework, so that importing one loads no other.
const config: UserConfig = defineConfig({
  ...base,
  entry: ['index', 'express', 'fastify', 'fetch', 'hono', 'koa', 'redis'].map((name) => `src/${name}.ts`),
  // One file for what entries share, because each file more makes an import slower.
  outputOptions: { codeSplitting: { groups: [{ name: 'shared', minShareCount: 2, test: /(?<!\.d)\.ts$/ }] } },
})
export default config
