// Verifies twenty tokens, one after the other, in whatever runtime imports this.
import { createAuthClient } from '@tokenward/auth-node'

const auth = createAuthClient()
for (let count = 0; count < 20; count += 1) await auth.verifyToken(`opaque-${count}`)
console.log('done')
