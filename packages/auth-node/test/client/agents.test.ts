import type { AgentOptions } from 'node:http'
import { expect, test } from 'vitest'
import { defaultAgent } from '../../src/client/agents.ts'
import type { NodeHttp } from '../../src/client/node-http.ts'

/** Node's module as far as it is used, with an agent that tells its options. */
function fakeHttp(globalOptions?: object): NodeHttp {
  class Agent {
    readonly options: AgentOptions

    constructor(options: AgentOptions) {
      this.options = options
    }
  }
  return { Agent, globalAgent: { options: globalOptions } } as unknown as NodeHttp
}

const optionsOf = (http: NodeHttp): unknown => (defaultAgent(http) as { readonly options?: unknown }).options

test('the agent of all clients keeps connections for five seconds, at most 256, and takes the latest first', () => {
  expect(optionsOf(fakeHttp())).toEqual({
    keepAlive: true,
    scheduling: 'lifo',
    timeout: 5_000,
    maxSockets: 256,
  })
})

test("the agent of all clients obeys the proxy variables where Node's own agents do", () => {
  const proxyEnv = { HTTPS_PROXY: 'http://127.0.0.1:3128' }
  expect(optionsOf(fakeHttp({ proxyEnv }))).toMatchObject({ proxyEnv })
  expect(optionsOf(fakeHttp({}))).not.toHaveProperty('proxyEnv')
})

test('all clients of a process share one agent for each protocol', () => {
  const [http, https] = [fakeHttp(), fakeHttp()]
  expect(defaultAgent(http)).toBe(defaultAgent(http))
  expect(defaultAgent(http)).not.toBe(defaultAgent(https))
})
