import { useAuthNode } from './use-auth-node.mjs'

const { TOKENWARD_BASE_URL, TOKENWARD_TOKEN } = globalThis.process.env
console.log(await useAuthNode(TOKENWARD_BASE_URL, TOKENWARD_TOKEN))
