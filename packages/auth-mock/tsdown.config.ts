import { defineConfig, type UserConfig } from 'tsdown'
import base from '../../scripts/tsdown.config.ts'

const config: UserConfig = defineConfig({ ...base, platform: 'node' })
export default config
