import { useAuthNode } from './use-auth-node.mjs'

export default {
  async fetch(request) {
    const { baseUrl, token } = await request.json()
    return new Response(await useAuthNode(baseUrl, token))
  },
}
