import { expect, test } from 'vitest'
import { unreadable } from '../../src/guards/credentials.ts'
import { readNodeRequest } from '../../src/guards/node-request.ts'

test('readNodeRequest: a request without rawHeaders is read from its headers', () => {
  const headers = { authorization: 'Bearer opaque' }
  expect(readNodeRequest({ headers }, '/me')).toEqual({
    authorization: 'Bearer opaque',
    url: '/me',
    headers,
  })
  expect(readNodeRequest({ headers: {} }, '/me').authorization).toBeUndefined()
})

test('readNodeRequest: two Authorization headers are both read', () => {
  const rawHeaders = ['Authorization', 'Bearer one', 'authorization', 'Bearer two']
  const message = { headers: { authorization: 'Bearer one' }, rawHeaders }
  expect(readNodeRequest(message, '/me').authorization).toBe('Bearer one, Bearer two')
})

test.each<[title: string, message: object, authorization: string | undefined]>([
  ['one value in a list', { headers: { authorization: ['Bearer one'] } }, 'Bearer one'],
  [
    'two values in a list',
    { headers: { authorization: ['Bearer one', 'Bearer two'] } },
    'Bearer one, Bearer two',
  ],
  ['an empty list', { headers: { authorization: [] } }, undefined],
  ['null beside a value in a list', { headers: { authorization: ['Bearer one', null] } }, 'Bearer one, '],
  ['a value that is no text, which is no token', { headers: { authorization: 42 } }, unreadable],
  ['null', { headers: { authorization: null } }, undefined],
  [
    'null in place of the lists',
    { headers: { authorization: 'Bearer one' }, rawHeaders: null },
    'Bearer one',
  ],
  ['rawHeaders alone', { rawHeaders: ['Authorization', 'Bearer one'] }, 'Bearer one'],
  ['neither', {}, undefined],
  [
    'headers whose names or values only contain the word',
    {
      rawHeaders: [
        'Proxy-Authorization',
        'a',
        'authorization-x',
        'b',
        'Vary',
        'authorization',
        'X-Shop-Branch',
        'c',
      ],
    },
    undefined,
  ],
  [
    'three headers, of which Node keeps the first',
    {
      headers: { authorization: 'Bearer one' },
      rawHeaders: [
        'Host',
        'shop',
        'authorization',
        'Bearer one',
        'Authorization',
        'two',
        'AUTHORIZATION',
        'three',
      ],
    },
    'Bearer one, two, three',
  ],
])('readNodeRequest: a request made by hand, with %s', (_title, message, authorization) => {
  expect(readNodeRequest(message as Parameters<typeof readNodeRequest>[0], '/me').authorization).toBe(
    authorization,
  )
})

test('readNodeRequest: an empty header counts as one, and names none', () => {
  const message = { headers: { authorization: '' }, rawHeaders: ['authorization', ''] }
  expect(readNodeRequest(message, '/me').authorization).toBe('')
})
