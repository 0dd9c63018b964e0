import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createCertificate } from '../src/http/certificate.ts'
import { mockFlags, startMockFromFlags, type MockFlagValues } from '../src/flags.ts'
import { readMockOptions } from '../src/mock/mock-options.ts'
import { readMockFlags } from '../src/mock/start-with-flags.ts'

function write(content: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'auth-mock-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'file'), content)
  return join(folder, 'file')
}

test.each<[flag: string, takes: string, values: MockFlagValues]>([
  ['--port', 'a whole number from 0 to 65535', { port: '70123' }],
  ['--port', 'a whole number from 0 to 65535', { port: '1e3' }],
  ['--allow-origin', 'an origin', { 'allow-origin': ['http://a/'] }],
  ['--host', 'a value that is not empty', { host: '' }],
  ['--client-id', 'a value that is not empty', { 'client-id': '' }],
  ['--seed', 'a file that can be read (ENOENT)', { seed: '/nowhere/at/all' }],
  ['--cert', 'both', { cert: 'a.pem' }],
  ['--key', 'both', { key: 'a.pem' }],
  ['--https-name', 'a host name', { 'https-name': ['a b'] }],
  ['--https-name', 'a host name', { 'https-name': ['localhost', 'a:b'] }],
])('readMockFlags: a wrong %s is named, with what it takes: %s', (flag, takes, values) => {
  expect(() => readMockFlags(values)).toThrow(
    expect.objectContaining({ argument: flag, message: expect.stringContaining(`${flag} takes ${takes}`) }),
  )
})

test('readMockFlags: an origin or a host name that the options of startAuthMock take is taken by the flag as well', () => {
  const origins = ['null', 'capacitor://localhost']
  const names = ['*.example.test', '2001:db8::7']
  const options = readMockFlags({ 'allow-origin': origins, 'https-name': names })
  expect(options).toMatchObject({ allowedOrigins: origins, https: { names } })
  expect(readMockOptions(options)).toMatchObject({ allowedOrigins: origins, https: { names } })
})

test('readMockFlags: every flag has a name and a description of its own', () => {
  expect(new Set(mockFlags.map(({ name }) => name)).size).toBe(mockFlags.length)
  expect(mockFlags.every(({ description }) => description.length > 10)).toBe(true)
})

test('readMockFlags: a mock begins with the tokens and faults of the seed file, also after a reset', async () => {
  const seed = write(
    '{"tokens":[{"token":"alice","sub":"1"},{"sub":"2"}],"faults":[{"status":503,"times":1}]}',
  )
  await using mock = await startMockFromFlags({ port: '0', seed })
  for (let round = 0; round < 2; round += 1) {
    expect(mock.tokens().map(({ sub }) => sub)).toEqual(['1', '2'])
    expect(mock.tokens()[0]?.token).toBe('alice')
    expect(mock.faults()).toMatchObject([{ fault: { status: 503, times: 1 }, hits: 0 }])
    mock.reset()
  }
})

test.each(['{', '[]', '{"token":[]}', '{"tokens":[{"sub":7}]}', '{"faults":[{}]}'])(
  'readMockFlags: a seed file of %s is refused',
  (content) => {
    expect(() => readMockFlags({ seed: write(content) })).toThrow('--seed takes ')
  },
)

test('readMockFlags: a seed that is refused does not show a token', () => {
  const token = `${'a'.repeat(30)}.${'b'.repeat(30)}.c`
  for (const tokens of [[{ token: `${token} ` }], [{ sub: { token } }], [{ expiresIn: token }]])
    expect(() => readMockFlags({ seed: write(JSON.stringify({ tokens })) })).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining('aaaa') }),
    )
})

test('readMockFlags: a byte order mark before the seed is no part of it', () => {
  const seed = write('\u{feff}{"tokens":[{"token":"alice"}]}')
  expect(readMockFlags({ seed }).seed?.tokens).toMatchObject([{ token: 'alice' }])
})

test('readMockFlags: a certificate that is none is named, instead of the port', () => {
  const file = write('no certificate')
  expect(() => readMockFlags({ cert: file, key: file })).toThrow(
    expect.objectContaining({ argument: '--cert', message: expect.stringContaining('in PEM') }),
  )
})

test('readMockFlags: a key that does not belong to the certificate is named', () => {
  const [one, other] = [createCertificate(['localhost']), createCertificate(['localhost'])]
  expect(() => readMockFlags({ cert: write(one.cert), key: write(other.key) })).toThrow('--cert takes')
  expect(readMockFlags({ cert: write(one.cert), key: write(one.key) }).https).toEqual(one)
})
