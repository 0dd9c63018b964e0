import { expect, test } from 'vitest'
import { findField } from '../../src/token-input/json-field.ts'

test.each([
  ['is there once', '{"token":"a","other":"token"}', { text: 'a' }],
  ['is there with escapes in its name', String.raw`{"t\u006fken":"a"}`, { text: 'a' }],
  ['stands in a nested object as well', '{"token":"a","more":[{"token":"b"}]}', { text: 'a' }],
  ['is a value as well', '{"name":"token","token":"a"}', { text: 'a' }],
  ['is there twice', '{"token":"a","token":"b"}', { flaw: 'the field twice' }],
  ['is there twice with one value', '{"token":"a","token":"a"}', { flaw: 'the field twice' }],
  [
    'is there twice, once with escapes',
    String.raw`{"more":{"x":"\"}"},"\u0074oken" :"a","token":"b"}`,
    { flaw: 'the field twice' },
  ],
  ['is null', '{"token":null}', { flaw: 'no text in the field' }],
  ['is missing', '{"refresh":"a"}', { flaw: 'no such field' }],
  ['is inherited', '{"__proto__":{"token":"a"}}', { flaw: 'no such field' }],
  ['is asked of a list', '["a"]', { flaw: 'no JSON object' }],
  ['is asked of a text', '"a"', { flaw: 'no JSON object' }],
  ['is asked of something cut off', '{"token":"a"', { flaw: 'no JSON' }],
])('findField: a field that %s', (_, json, found) => {
  expect(findField(Buffer.from(json).toString('latin1'), 'token')).toEqual(found)
})

test('findField: a name beyond ASCII is found, spelled out or escaped', () => {
  for (const json of ['{"令牌":"a"}', String.raw`{"\u4ee4\u724c":"a"}`])
    expect(findField(Buffer.from(json).toString('latin1'), '令牌')).toEqual({ text: 'a' })
})
