import { describe, expect, test } from 'vitest'
import * as platforms from './platforms/platforms.ts'
import { createRealm, expectedGlobals, listGlobals, listNewMethods } from './realm.ts'

describe.each(Object.values(platforms))('$name', (facts) => {
  test('the realm has exactly the globals of the platform', () => {
    expect(listGlobals(createRealm(facts, {}))).toEqual(expectedGlobals(facts))
  })

  test('the realm has no method of a newer edition', () => {
    expect(listNewMethods(createRealm(facts, {}))).toEqual([])
  })

  test('the realm refuses a global that the platform does not have', () => {
    expect(() => createRealm(facts, { polyfill: fetch })).toThrow(`${facts.name} has no global polyfill`)
  })

  test('a global that is added later is found', () => {
    const realm = createRealm(facts, {})
    realm.run(`Object.defineProperty(this, 'polyfill', { value: 1 })`)
    expect(listGlobals(realm)).not.toEqual(expectedGlobals(facts))
  })

  test('the realm makes no code out of text', () => {
    expect(() => createRealm(facts, {}).run('eval("1")')).toThrow()
    expect(() => createRealm(facts, {}).run('new Function("return 1")')).toThrow()
  })

  test('the list names its sources', () => {
    expect(facts.sources).not.toEqual([])
    expect(new Set(facts.globals).size).toBe(facts.globals.length)
  })
})

test('a mini-program has nothing of the web', () => {
  const names = listGlobals(createRealm(platforms.miniProgram, {}))
  const missing = [
    'AbortController',
    'BroadcastChannel',
    'FormData',
    'Headers',
    'Request',
    'TextDecoder',
    'URL',
  ]
  expect(names).not.toEqual(expect.arrayContaining(['fetch']))
  expect(
    [...missing, 'URLSearchParams', 'atob', 'crypto', 'localStorage'].filter((name) => names.includes(name)),
  ).toEqual([])
})
