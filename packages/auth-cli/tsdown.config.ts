import { defineConfig, type UserConfig } from 'tsdown'
import base from '../../scripts/build/tsdown.config.ts'

const config: UserConfig = defineConfig({ ...base, entry: ['src/bin.ts'], platform: 'node', dts: false })
export default config
