import type { Agent } from 'node:http'
import { Socket } from 'node:net'
import { expect, test, vi } from 'vitest'
import { createKeptConnections } from '../../src/client/kept-connections.ts'

test('a kept connection has half a second, or four times as long as the last answer took', () => {
  const kept = createKeptConnections()
  expect(kept.patienceMs()).toBe(500)
  kept.noteAnswer(new Socket(), 100)
  expect(kept.patienceMs()).toBe(500)
  kept.noteAnswer(new Socket(), 700)
  expect(kept.patienceMs()).toBe(2_800)
})

test('beside a silent connection, those to the same service are closed that have not answered since', () => {
  const kept = createKeptConnections()
  const now = vi.spyOn(performance, 'now')
  const [silent, other, never, before, since] = Array.from({ length: 5 }, () => new Socket()) as [
    Socket,
    Socket,
    Socket,
    Socket,
    Socket,
  ]
  now.mockReturnValue(999)
  kept.noteAnswer(before, 1)
  now.mockReturnValue(1_000)
  kept.noteAnswer(since, 1)
  now.mockRestore()
  const agent = {
    sockets: { 'gone:443:': undefined, 'other:443:': [new Socket()], 'shop:443:': [new Socket(), silent] },
    freeSockets: { 'shop:443:': [never, before, since], 'other:443:': [other] },
  } as unknown as Agent
  kept.dropDoubtful(agent, silent, 1_000)
  expect([never, before, since, other, silent].map(({ destroyed }) => destroyed)).toEqual([
    true,
    true,
    false,
    false,
    false,
  ])
})

test('a silent connection that the agent has let go of closes no other', () => {
  const free = new Socket()
  const agent = { sockets: {}, freeSockets: { 'shop:443:': [free] } } as unknown as Agent
  createKeptConnections().dropDoubtful(agent, new Socket(), 1_000)
  expect(free.destroyed).toBe(false)
})
