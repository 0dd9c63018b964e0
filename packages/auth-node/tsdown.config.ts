import { defineConfig, type UserConfig } from 'tsdown'
import base from '../../scripts/tsdown.config.ts'

// One entry a framework, so that importing one loads no other.
const config: UserConfig = defineConfig({
  ...base,
  entry: ['index', 'express', 'fastify', 'fetch', 'hono', 'koa', 'redis'].map((name) => `src/${name}.ts`),
})
export default config
