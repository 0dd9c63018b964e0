// The recipes of the README, run as they stand there.
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { createTokenVerifier, type TokenVerifier } from '../src/index.ts'
import { fakeService, mint } from './fake-service.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const blocks = Array.from(
  readFileSync(join(root, 'README.md'), 'utf8').matchAll(/```ts\n([^]*?)```/g),
  ([, source = '']) => source,
)

/** Loads the recipe that exports a function of this name. */
async function loadRecipe<Recipe>(name: string): Promise<Recipe> {
  const source = blocks.find(
    (block) => block.includes(`export function ${name}(`) || block.includes(`export async function ${name}(`),
  )
  if (source === undefined) throw new Error(`the README has no recipe that exports ${name}`)
  // Within the package, where the names that it imports lead to the source.
  const folder = mkdtempSync(join(root, '.recipe-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'recipe.ts')
  writeFileSync(file, source)
  const recipe = (await import(pathToFileURL(file).href)) as Record<string, Recipe>
  return recipe[name] as Recipe
}

test('README, signing out: the cookie is cleared, whether the token is active, dead, missing or the service is away', async () => {
  const signOut =
    await loadRecipe<(verifier: TokenVerifier, request: Request) => Promise<Response>>('signOut')
  const service = fakeService()
  const verifier = createTokenVerifier(service.auth)
  const token = mint()
  const call = async (cookie?: string): Promise<unknown> => {
    const headers: Record<string, string> = cookie === undefined ? {} : { cookie }
    const response = await signOut(verifier, new Request('https://shop.example/sign-out', { headers }))
    expect(response.headers.get('set-cookie')).toMatch(/^session=; .*Max-Age=0/)
    return response.json()
  }
  expect(await call(`theme=dark; session=${token}`)).toEqual({ outcome: 'revoked' })
  expect(await call(`session=${token}`)).toHaveProperty('outcome')
  expect(await call()).toEqual({ outcome: 'already_inactive' })
  expect(await call('session=no token')).toEqual({ outcome: 'already_inactive' })
  service.isDown = true
  expect(await call(`session=${mint()}`)).toEqual({ outcome: 'unreachable' })
})

test('README, node:http: a server without a framework lets only good tokens in', async () => {
  const createApi = await loadRecipe<(verifier: TokenVerifier) => Server>('createApi')
  const server = createApi(createTokenVerifier(fakeService().auth))
  onTestFinished(() => void server.close())
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  expect((await fetch(url)).status).toBe(401)
  const response = await fetch(url, { headers: { authorization: `Bearer ${mint()}` } })
  expect(await response.text()).toBe('hello 42')
})

test('README, tRPC and Yoga: the context holds the identity, and a bad token is refused', async () => {
  type Handle = (request: Request, context: { identity?: { sub: string } }) => Promise<Response>
  const guardApi =
    await loadRecipe<(verifier: TokenVerifier, handle: Handle) => (request: Request) => Promise<Response>>(
      'guardApi',
    )
  const service = fakeService()
  const handle: Handle = async (_request, { identity }) => new Response(identity?.sub ?? 'nobody')
  const api = guardApi(createTokenVerifier(service.auth), handle)
  const call = (headers: Record<string, string>): Promise<Response> =>
    api(new Request('https://shop.example/graphql', { headers }))
  const token = mint()
  service.dead.add(token)
  expect(await (await call({})).text()).toBe('nobody')
  expect(await (await call({ authorization: `Bearer ${mint()}` })).text()).toBe('42')
  expect((await call({ authorization: `Bearer ${token}` })).status).toBe(401)
})

test('README, OpenTelemetry: requests to the service are recorded in seconds', async () => {
  const recorded: [number, object][] = []
  const recordUpstream = await loadRecipe<(histogram: object) => void>('recordUpstream')
  recordUpstream({ record: (value: number, attributes: object) => recorded.push([value, attributes]) })
  const service = fakeService()
  const verifier = createTokenVerifier(service.auth)
  await verifier.verifyToken(mint())
  service.isDown = true
  await verifier.verifyToken(mint()).catch(() => undefined)
  expect(recorded).toEqual([
    [expect.any(Number), { event: 'miss' }],
    [expect.any(Number), { event: 'unavailable', 'error.type': 'api' }],
  ])
  for (const [seconds] of recorded) expect(seconds).toBeLessThan(10)
})

test('README, Prometheus: the exposition has a type and a help for each metric, and ends with a line break', async () => {
  const metrics = await loadRecipe<(verifier: TokenVerifier) => string>('metrics')
  const verifier = createTokenVerifier(fakeService().auth)
  await verifier.verifyToken(mint())
  const text = metrics(verifier)
  expect(text).toContain('tokenward_checks_total{event="miss"} 1\n')
  expect(text.endsWith('\n')).toBe(true)
  const lines = text.trimEnd().split('\n')
  const names = new Set(lines.filter((line) => !line.startsWith('#')).map((line) => /^\w+/.exec(line)?.[0]))
  for (const name of names) {
    expect(lines.filter((line) => line.startsWith(`# TYPE ${name} `))).toHaveLength(1)
    expect(lines.filter((line) => line.startsWith(`# HELP ${name} `))).toHaveLength(1)
  }
  for (const line of lines) expect(line).toMatch(/^(# (HELP|TYPE) \w+ \S.*|\w+(\{\w+="\w+"\})? \d+)$/)
})
