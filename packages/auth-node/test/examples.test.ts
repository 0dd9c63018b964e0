import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { afterEach, expect, test } from 'vitest'

const ends: (() => void)[] = []
afterEach(() => {
  for (const end of ends.splice(0)) end()
})

/** Starts an example as its first line says, and resolves to what it prints: a token to try, and where it listens. */
async function start(name: string): Promise<{ readonly token: string; readonly url: string }> {
  const { TOKENWARD_ENV: _env, TOKENWARD_BASE_URL: _url, ...env } = process.env
  const file = new URL(`../examples/${name}.ts`, import.meta.url).pathname
  const child = spawn(process.execPath, [file], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  ends.push(() => child.kill())
  let token = ''
  for await (const line of createInterface({ input: child.stdout })) {
    token = /^token to try: (.+)$/.exec(line)?.[1] ?? token
    const url = /^listening on (.+)$/.exec(line)?.[1]
    if (url) return { token, url }
  }
  throw new Error(`the example ${name} ended before it listened`)
}

test.each(['express', 'fastify', 'koa', 'hono', 'fetch'])(
  'examples/%s: knows who is there, and ends a session for good',
  async (name) => {
    const { token, url } = await start(name)
    const headers = { authorization: `Bearer ${token}` }
    expect((await fetch(`${url}/me`)).status).toBe(401)
    expect(await (await fetch(`${url}/me`, { headers })).json()).toEqual({ sub: '42' })
    const signOut = await fetch(`${url}/sign-out`, { method: 'POST', headers })
    expect(await signOut.json()).toEqual({ outcome: 'revoked' })
    expect((await fetch(`${url}/me`, { headers })).status).toBe(401)
  },
)
