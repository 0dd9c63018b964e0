import { Readable, type Transform } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { createGzip } from 'node:zlib'
import type { FaultBody } from './fault.ts'

const json = { 'content-type': 'application/json' }

interface BodyOnTheWire {
  readonly headers: Readonly<Record<string, string>>
  /** The bytes, or the stages of a stream that makes them. */
  readonly content: () => Buffer | readonly [Readable, ...Transform[]]
}

// Each of these bodies passes for an active token with a reader that is careless in that one respect.
const active = '{"token_type":"Bearer","client_id":"mock-env","sub":"42","scope":"user'

/** What each kind of wrong body is on the wire. */
export const faultBodies: Readonly<Record<FaultBody, BodyOnTheWire>> = {
  none: { headers: {}, content: () => Buffer.alloc(0) },
  html: {
    headers: { 'content-type': 'text/html' },
    content: () => Buffer.from('<!doctype html><html><body><h1>502 Bad Gateway</h1></body></html>\n'),
  },
  truncated_json: { headers: json, content: () => Buffer.from(active) },
  invalid_json: { headers: json, content: () => Buffer.from(`${active}",}`) },
  invalid_utf8: { headers: json, content: () => Buffer.from(`${active}\u00ff"}`, 'latin1') },
  huge: { headers: json, content: () => [Readable.from(padded(10_000_000))] },
  gzip_bomb: {
    headers: { ...json, 'content-encoding': 'gzip' },
    content: () => [Readable.from(padded(100_000_000)), createGzip()],
  },
}

function* padded(length: number): Generator<Buffer> {
  const padding = Buffer.alloc(50_000, ' x')
  yield Buffer.from(active)
  for (let sent = 0; sent < length; sent += padding.length) yield padding
  yield Buffer.from('"}')
}

/** Yields bytes one by one, ten a second. */
export async function* drip(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += 1) {
    yield bytes.subarray(at, at + 1)
    await sleep(100, undefined, { ref: false })
  }
}
