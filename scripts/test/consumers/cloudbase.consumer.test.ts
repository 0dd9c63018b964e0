// Cloud functions with the vendor's own packages: the example with wx-server-sdk, and a function that functions-framework serves.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { get, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { startAuthMock } from '@tokenward/auth-mock'
import { eventually } from '@tokenward/test-kit/eventually'
import { freePort } from '@tokenward/test-kit/ports'
import { describe, expect, onTestFinished, test } from 'vitest'
import { readBlocks } from '../../test-bed/markdown-blocks.ts'
import { root } from '../../test-bed/run-command.ts'
import { createConsumer, nodes } from './project.ts'

const project = createConsumer('wx-server-sdk', '@cloudbase/functions-framework')
const callAll = `
const { main } = require('./function/index.js')
const headers = { Authorization: 'Bearer ' + process.env.TOKEN }
const http = { path: '/', httpMethod: 'GET', headers, queryStringParameters: {}, body: '', isBase64Encoded: false }
const context = { memory_limit_in_mb: 256, time_limit_in_ms: 3000, request_id: '7' }
const calls = [{ token: process.env.TOKEN }, http, { token: 'made-up' }, { ...http, headers: {} }]
Promise.all(calls.map((event) => main(event, context))).then((all) => console.log(JSON.stringify(all)))`

const guide = readFileSync(join(root, 'packages/docs/pages/guide/functions.md'), 'utf8')
/** The guide's function in CloudRun. */
const served = readBlocks(guide).find(({ mark }) => mark === 'consumer')?.source ?? ''

/** The function's own process writes logs into its folder. */
async function serve(node: string, env: Readonly<Record<string, string>>): Promise<string> {
  const port = await freePort()
  const cli = 'node_modules/@cloudbase/functions-framework/bin/tcb-ff.js'
  const { NODE_OPTIONS: _options, NODE_PATH: _path, ...own } = process.env
  const child = spawn(node, [cli, '--source', 'served', '--port', String(port)], {
    cwd: project.folder,
    env: { ...own, ...env },
    stdio: 'ignore',
  })
  onTestFinished(() => void child.kill())
  const url = `127.0.0.1:${port}`
  await eventually(() => fetch(`http://${url}`))
  return url
}

describe.each(nodes)('Node %s', (_version, node) => {
  test('the example with wx-server-sdk: a good token is answered, and the others are refused', async () => {
    await using mock = await startAuthMock({ clientId: 'my-env' })
    const example = readFileSync(join(root, 'packages/auth-node/examples/cloudbase.cjs'), 'utf8')
    project.write({ 'function/index.js': example, 'function/package.json': '{}', 'call.cjs': callAll })
    const printed = await project.run(node, ['call.cjs'], {
      TOKENWARD_BASE_URL: mock.url,
      TOKENWARD_CLIENT_ID: 'my-env',
      TOKEN: mock.issueToken({ sub: '42', scope: 'user' }),
      WX_CONTEXT_KEYS: 'WX_OPENID',
      WX_OPENID: 'open-id',
    })
    const refusal = expect.objectContaining({ statusCode: 401, body: expect.any(String) })
    expect(JSON.parse(printed)).toEqual([
      { sub: '42', openId: 'open-id' },
      { sub: '42', openId: 'open-id' },
      refusal,
      refusal,
    ])
  })

  test('functions-framework: a request without a good token gets the challenge, and a WebSocket is not opened', async () => {
    await using mock = await startAuthMock({ clientId: 'my-env' })
    project.write({ 'served/index.js': served, 'served/package.json': '{}' })
    const url = await serve(node, { TOKENWARD_BASE_URL: mock.url, TOKENWARD_CLIENT_ID: 'my-env' })
    const token = mock.issueToken({ sub: '42' })
    const refused = await fetch(`http://${url}/?token=${token}`)
    expect(refused.status).toBe(401)
    expect(refused.headers.get('www-authenticate')).toBe('Bearer realm="api"')
    expect(await refused.json()).toEqual({ error: 'none', error_description: 'an access token is required' })
    const answer = await fetch(`http://${url}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: '{"order":7}',
    })
    expect(await answer.json()).toEqual({ sub: '42', event: { order: 7 } })

    const socket = new WebSocket(`ws://${url}`, ['bearer', token])
    const [message] = (await once(socket, 'message')) as [MessageEvent]
    expect([message.data, socket.protocol]).toEqual(['hello 42', 'bearer'])
    socket.close()
    const headers = {
      connection: 'upgrade',
      upgrade: 'websocket',
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
      'sec-websocket-version': '13',
      'sec-websocket-protocol': 'bearer, made-up',
    }
    const [response] = (await once(get(`http://${url}`, { headers }), 'response')) as [IncomingMessage]
    expect(response.statusCode).toBe(401)
    response.resume()
  })
})
