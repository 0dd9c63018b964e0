import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { renderHosts } from '../../generate/hosts.ts'
import { renderOperations } from '../../generate/operations.ts'
import type { Node } from '../../generate/spec-node.ts'

const specOf = (url: string, region = 'east', host = 'one.example'): Node => ({
  servers: [
    {
      url,
      variables: {
        envId: { default: 'my-env' },
        regionHost: { default: host, enum: [host], 'x-regions': { [host]: [region] } },
      },
    },
  ],
})

interface Rendered {
  readonly regionHosts: object
  readonly defaultRegion: string
  readonly serverUrl: (envId: string, regionHost: string) => string
  readonly operations: object
}

/** Loads what was rendered. */
function load(source: string): Promise<Rendered> {
  const folder = mkdtempSync(join(tmpdir(), 'tokenward-hosts-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'rendered.ts')
  writeFileSync(file, source)
  return import(pathToFileURL(file).href)
}

test('hosts: every character of the spec reaches the table as text, not as code', async () => {
  const odd = 'a\'b"c`d\\e${1}'
  const { regionHosts, defaultRegion, serverUrl } = await load(
    renderHosts(specOf(`https://{envId}.{regionHost}/${odd}`, odd, odd)),
  )
  expect(regionHosts).toEqual({ [odd]: odd })
  expect(defaultRegion).toBe(odd)
  expect(serverUrl('my-env', 'one.example')).toBe(`https://my-env.one.example/${odd}`)
})

test('operations: every character of a path reaches the table', async () => {
  const path = '/it\'s/a"b\\c'
  const { operations } = await load(
    renderOperations([{ operationId: 'odd', method: 'get', path, answers: [] }]),
  )
  expect(operations).toEqual({ odd: { method: 'GET', path } })
})

test.each([
  ['https://{regionHost}', 'must hold {envId} and {regionHost}'],
  ['http://{envId}.{regionHost}', 'must begin with https://'],
])('hosts: the address %s is refused', (url, words) => {
  expect(() => renderHosts(specOf(url))).toThrow(`#/servers/0/url: ${words}`)
})
