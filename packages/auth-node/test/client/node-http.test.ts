import * as http from 'node:http'
import * as https from 'node:https'
import { afterEach, expect, test, vi } from 'vitest'
import { findNodeHttp } from '../../src/client/node-http.ts'

afterEach(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

test.each([
  ['of Node 20, which has no navigator', undefined],
  ['of Node from 21 on', { userAgent: 'Node.js/24' }],
])("Node's client serves each protocol in a runtime %s", (_which, navigator) => {
  vi.stubGlobal('navigator', navigator)
  expect(findNodeHttp('http:')?.request).toBe(http.request)
  expect(findNodeHttp('https:')?.request).toBe(https.request)
})

test.each(['Bun/1.3', 'Deno/2', 'Cloudflare-Workers', 'Mozilla/5.0 Node.js/'])(
  'another runtime uses its own fetch: %s',
  (userAgent) => {
    vi.stubGlobal('navigator', { userAgent })
    expect(findNodeHttp('https:')).toBeUndefined()
  },
)

test("a runtime that passes for Node without its modules uses the platform's fetch", () => {
  vi.stubGlobal('navigator', undefined)
  vi.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined)
  expect(findNodeHttp('https:')).toBeUndefined()
})
