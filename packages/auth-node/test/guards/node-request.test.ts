import { expect, test } from 'vitest'
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
