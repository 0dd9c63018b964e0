/** The contract as types, from `auth.openapi.yaml`: for a client, a mock or a server of one's own. */
export type { components, operations, paths } from './generated/schema.ts'
