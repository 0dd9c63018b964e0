// Starts the servers of `examples/`, and does with each what its reader would do.
import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export const examples = ['express', 'fastify', 'koa', 'hono', 'fetch'] as const

/** Starts an example as its first line says, and resolves to what it prints: a token to try, and where it listens. */
async function start(
  child: ChildProcess,
  name: string,
): Promise<{ readonly token: string; readonly url: string }> {
  let token = ''
  if (child.stdout)
    for await (const line of createInterface({ input: child.stdout })) {
      token = /^token to try: (.+)$/.exec(line)?.[1] ?? token
      const url = /^listening on (.+)$/.exec(line)?.[1]
      if (url) return { token, url }
    }
  throw new Error(`the example ${name} ended before it listened`)
}

/** What {@link tryExample} must come to. */
export const worked = {
  statusWithoutToken: 401,
  me: { sub: '42' },
  signOut: { outcome: 'revoked' },
  statusAfterwards: 401,
} as const

/**
 * Does something with an example while it runs.
 *
 * @param node the program that runs it
 * @param more variables of the environment
 */
export async function withExample<Result>(
  name: string,
  node: string,
  more: Readonly<Record<string, string>>,
  act: (url: string, token: string) => Promise<Result>,
): Promise<Result> {
  const { TOKENWARD_ENV: _env, TOKENWARD_BASE_URL: _url, ...env } = process.env
  const file = fileURLToPath(new URL(`../examples/${name}.mjs`, import.meta.url))
  const child = spawn(node, [file], { env: { ...env, ...more }, stdio: ['ignore', 'pipe', 'inherit'] })
  try {
    const { token, url } = await start(child, name)
    return await act(url, token)
  } finally {
    child.kill()
  }
}

/** Asks an example who is there, and signs out. */
export async function tryExample(
  name: string,
  node: string,
  more: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  return withExample(name, node, more, async (url, token) => {
    const headers = { authorization: `Bearer ${token}` }
    return {
      statusWithoutToken: (await fetch(`${url}/me`)).status,
      me: await (await fetch(`${url}/me`, { headers })).json(),
      signOut: await (await fetch(`${url}/sign-out`, { method: 'POST', headers })).json(),
      statusAfterwards: (await fetch(`${url}/me`, { headers })).status,
    }
  })
}
