import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { createBody } from '../../src/client/node-body.ts'

/** A message whose end and whose close come when a test says so: an agent or a mock may tell of one without the other. */
function makeMessage(complete: boolean): { message: Readable; read: () => Promise<unknown> } {
  const message = Object.assign(new Readable({ autoDestroy: false, read: () => undefined }), { complete })
  const reader = createBody(message as unknown as IncomingMessage).getReader()
  return { message, read: () => reader.read() }
}

const broken = { code: 'ECONNRESET', message: 'the connection broke' }

test('a body that has come as a whole ends, also where the connection is not closed', async () => {
  const { message, read } = makeMessage(true)
  message.push('{}')
  message.push(null)
  expect(await read()).toMatchObject({ done: false, value: Buffer.from('{}') })
  expect(await read()).toMatchObject({ done: true })
})

test('a body that ends before all has come is a broken connection', async () => {
  const { message, read } = makeMessage(false)
  const end = read()
  message.push(null)
  await expect(end).rejects.toMatchObject(broken)
  await expect(read()).rejects.toMatchObject(broken)
})

test('a body whose connection is closed without an error is a broken connection', async () => {
  const { message, read } = makeMessage(false)
  const end = read()
  message.destroy()
  await expect(end).rejects.toMatchObject(broken)
})

test('a body ends with the error of its connection, where there is one', async () => {
  const { message, read } = makeMessage(false)
  const end = read()
  const error = new Error('the TLS record is broken')
  message.destroy(error)
  await expect(end).rejects.toBe(error)
})

test('an error between two reads ends no process, and the next read tells of it', async () => {
  const { message, read } = makeMessage(false)
  const error = new Error('the TLS record is broken')
  message.destroy(error)
  await new Promise((resolve) => setImmediate(resolve))
  await expect(read()).rejects.toBe(error)
  expect(() => message.emit('error', error)).not.toThrow()
})
