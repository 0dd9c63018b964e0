export { default } from '../../scripts/tsdown.config.ts'
