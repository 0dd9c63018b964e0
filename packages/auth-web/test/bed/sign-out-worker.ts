import { createAuthClient } from '../../src/index.ts'

addEventListener('message', ({ data }: MessageEvent<{ baseUrl: string; token: string }>) => {
  const auth = createAuthClient({ baseUrl: data.baseUrl, clientId: 'shop' })
  auth.session.write(data.token)
  // A worker's postMessage takes no target origin.
  // oxlint-disable-next-line unicorn/require-post-message-target-origin
  void auth.signOut().then((result) => postMessage(result))
})
