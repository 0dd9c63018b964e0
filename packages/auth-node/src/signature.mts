export { serviceKeys } from './signature/service-keys.ts'
export type { ServiceKeysOptions } from './signature/service-keys.ts'
export type { SignatureVerdict, TokenSignature } from './verifier/token-signature.ts'
