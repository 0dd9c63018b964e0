// One contestant in a process of its own, because importing undici takes over the global fetch. Arguments: name, URL, concurrency, milliseconds.
import http from 'node:http'
import { createAuthClient } from '@tokenward/auth-node'

const [name = '', baseUrl = '', concurrency = '1', ms = '1000'] = process.argv.slice(2)
const token = 'a'.repeat(1_000)
const url = `${baseUrl}/auth/v1/token/introspect`
// Made for each call, as for a server that sees another token each time.
const headers = (): Record<string, string> => ({ authorization: `Bearer ${token}` })

async function contestant(): Promise<() => Promise<unknown>> {
  if (name === 'ours') {
    const auth = createAuthClient({ baseUrl })
    return () => auth.verifyToken(token)
  }
  if (name === 'global fetch') return async () => (await fetch(url, { headers: headers() })).json()
  if (name.startsWith('node:http')) return bareHttp(name.endsWith('array'))
  const { Agent, request } = await import('undici')
  const dispatcher = new Agent({ connections: Number(concurrency) })
  return async () => (await request(url, { headers: headers(), dispatcher })).body.json()
}

/** Node's own client with nothing around it, so that the two forms of its headers can be compared. */
function bareHttp(isArray: boolean): () => Promise<unknown> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 256 })
  const { hostname, port, pathname, host } = new URL(url)
  return () =>
    new Promise((resolve, reject) => {
      const sent = isArray ? ['host', host, ...Object.entries(headers()).flat()] : headers()
      const request = http.request({ agent, hostname, port, path: pathname, headers: sent }, (message) => {
        let text = ''
        message.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
        message.on('end', () => resolve(JSON.parse(text))).on('error', reject)
      })
      request.on('error', reject).end()
    })
}

const call = await contestant()

async function run(time: number): Promise<number> {
  const start = performance.now()
  let count = 0
  const lane = async (): Promise<void> => {
    while (performance.now() - start < time) {
      const { sub } = Object(await call()) as { sub?: unknown }
      if (sub !== '42') throw new Error(`${name} got another answer`)
      count += 1
    }
  }
  await Promise.all(Array.from({ length: Number(concurrency) }, lane))
  return count / ((performance.now() - start) / 1_000)
}

await run(Number(ms) / 2)
process.send?.(await run(Number(ms)), () => process.exit())
