export type { StoreCheck, StoreUnderTest } from './fleet/store-check.ts'
export { storeChecks } from './fleet/store-checks.ts'
