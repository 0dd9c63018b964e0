import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { startAuthMock } from '../../src/index.ts'

const cli = fileURLToPath(new URL('../../src/cli.ts', import.meta.url))
// Three bytes a value on the wire, and twenty times that once it is parsed.
const hostileBody = `[${'[],'.repeat(21_000)}0]`

/** Starts the command with a small heap; its promise ends with the process. */
async function startSmall(...args: string[]) {
  const child = spawn(process.execPath, ['--max-old-space-size=96', cli, '--port', '0', ...args])
  onTestFinished(() => void child.kill())
  let printed = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (printed += chunk))
  await expect.poll(() => printed, { timeout: 10_000 }).toMatch(/user 42: .+\n/)
  return { child, url: /http:\S+/.exec(printed)?.[0] ?? '' }
}

test.each([
  ['refused cross-origin posts', 403, 'http://elsewhere'],
  ['posts that are answered', 401, 'http://a'],
])(
  'requests: 808 %s of 63 kB do not end the mock',
  async (_what, status, origin) => {
    const { child, url } = await startSmall('--allow-origin', 'http://a')
    const headers = { origin, 'content-type': 'text/plain' }
    const exited = once(child, 'exit').then(([code, signal]) => `exited with ${code ?? signal}`)
    async function post(): Promise<number> {
      return (await fetch(`${url}/auth/v1/revoke`, { method: 'POST', headers, body: hostileBody })).status
    }
    for (let sent = 0; sent < 808; sent += 8) {
      const answers = Promise.all(Array.from({ length: 8 }, post))
      expect(await Promise.race([answers, exited])).toEqual(Array<number>(8).fill(status))
    }
    expect((await fetch(`${url}/__mock/health`)).status).toBe(200)
  },
  60_000,
)

test('requests: a refused page leaves nothing behind', async () => {
  await using mock = await startAuthMock({ allowedOrigins: [] })
  await fetch(`${mock.url}/auth/v1/revoke`, { method: 'POST', headers: { origin: 'http://a' }, body: '{}' })
  expect(mock.requests()).toEqual([])
})

test('requests: of more than 8 MiB the oldest are dropped', async () => {
  await using mock = await startAuthMock()
  const body = JSON.stringify({ note: 'x'.repeat(60_000) })
  for (let sent = 0; sent < 150; sent += 1)
    await fetch(`${mock.url}/auth/v1/revoke?n=${sent}`, { method: 'POST', body })
  const kept = mock.requests()
  expect(kept.at(-1)?.query).toEqual({ n: '149' })
  expect(kept.at(-1)?.body).toEqual(JSON.parse(body))
  expect(kept.length * 60_000).toBeLessThan(8 * 1024 * 1024)
  expect(kept.length * 60_000).toBeGreaterThan(7 * 1024 * 1024)
})
