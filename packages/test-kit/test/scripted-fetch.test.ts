import { expect, test } from 'vitest'
import { json, scriptedFetch, silence, type SentInit } from '../src/scripted-fetch.ts'

const init: SentInit = {
  method: 'GET',
  headers: {},
  body: null,
  signal: new AbortController().signal,
  redirect: 'manual',
}

test('scriptedFetch: replies in order, and records what was sent', async () => {
  const failure = new TypeError('offline')
  const { fetch, requests } = scriptedFetch(json({ sub: '1' }), failure, async (url) => json({ url }))
  expect(await (await fetch('https://a/1', init)).json()).toEqual({ sub: '1' })
  await expect(fetch('https://a/2', init)).rejects.toBe(failure)
  expect(await (await fetch('https://a/3', init)).json()).toEqual({ url: 'https://a/3' })
  expect(requests).toEqual(['https://a/1', 'https://a/2', 'https://a/3'].map((url) => ({ url, init })))
})

test('silence: does not heed its signal', async () => {
  const { fetch } = scriptedFetch(silence)
  const answer = fetch('https://a', { ...init, signal: AbortSignal.abort() })
  expect(await Promise.race([answer, Promise.resolve('still waiting')])).toBe('still waiting')
})
