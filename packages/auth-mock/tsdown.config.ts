import { defineConfig, type UserConfig } from 'tsdown'
import base from '../../scripts/build/tsdown.config.ts'

const config: UserConfig = defineConfig({
  ...base,
  entry: ['src/index.ts', 'src/cli.ts'],
  platform: 'node',
})
export default config
