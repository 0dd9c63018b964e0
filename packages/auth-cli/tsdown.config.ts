import { buildPackage } from '../../scripts/build/build-package.ts'

export default buildPackage(import.meta.dirname, { platform: 'node' })
