export { default } from '../../scripts/build/tsdown.config.ts'
