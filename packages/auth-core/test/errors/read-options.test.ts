import { runInNewContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { AuthConfigurationError, type OptionNames, readOptions } from '../../src/index.ts'

interface DoorOptions {
  readonly width?: number | undefined
  readonly locked?: boolean | undefined
}

const names: OptionNames<DoorOptions> = { width: true, locked: true }
const read = (options: unknown): DoorOptions => readOptions('createDoor', options as DoorOptions, names)

test('readOptions: a misspelt option is refused by name, with the ones that exist', () => {
  expect(() => read({ width: 1, lock: true })).toThrow(AuthConfigurationError)
  expect(() => read({ width: 1, lock: true })).toThrow(
    expect.objectContaining({
      argument: 'lock',
      message: 'lock is not an option of createDoor; its options are locked, width',
    }),
  )
})

test('readOptions: a name of more than 32 characters may be a token, and is not shown', () => {
  const [short, long] = ['x'.repeat(32), 'x'.repeat(33)]
  expect(() => read({ [short]: true })).toThrow(expect.objectContaining({ argument: short }))
  expect(() => read({ [long]: true })).toThrow(
    expect.objectContaining({
      argument: 'a long name',
      message: 'a long name is not an option of createDoor; its options are locked, width',
    }),
  )
})

test.each(['toString', '__proto__', 'constructor'])('readOptions: %s is no option either', (name) => {
  const options: unknown = JSON.parse(`{"${name}":{"locked":false}}`)
  expect(() => read(options)).toThrow(expect.objectContaining({ argument: name }))
})

class Door {
  get locked(): boolean {
    return true
  }
}

test.each([
  ['null', null, 'null'],
  ['a string', 'secret', 'a string'],
  ['a number', 1, '1'],
  ['a function', () => undefined, 'a function'],
  ['an array', [], 'an array'],
  ['a map', new Map(), 'an instance of a class'],
  // Its getters stand in the prototype and would be lost without a word.
  ['an instance of a class', new Door(), 'an instance of a class'],
  ['an object that inherits options', Object.create({ locked: true }), 'an instance of a class'],
  [
    'an object that inherits options from one without a prototype',
    Object.create(Object.assign(Object.create(null) as object, { locked: true })),
    'an instance of a class',
  ],
  [
    'such an object of another realm',
    runInNewContext('Object.create(Object.assign(Object.create(null), { locked: true }))'),
    'an instance of a class',
  ],
])('readOptions: %s in place of options is refused', (_name, options, kind) => {
  expect(() => read(options)).toThrow(
    expect.objectContaining({
      argument: 'options',
      message: `options of createDoor must be a plain object, not ${kind}`,
    }),
  )
})

test.each([
  ['no options', undefined, undefined],
  ['an empty object', {}, undefined],
  ['an object', { locked: false }, false],
  ['an object without a prototype', Object.assign(Object.create(null) as object, { locked: false }), false],
  ['an object of another realm', runInNewContext('({ locked: false })'), false],
])('readOptions: reads %s', (_name, options, locked) => {
  expect(read(options).locked).toBe(locked)
})

test('readOptions: a polluted prototype sets no option', () => {
  // oxlint-disable-next-line no-extend-native -- the attack itself
  Object.defineProperty(Object.prototype, 'locked', { value: false, configurable: true })
  try {
    expect(read({}).locked).toBeUndefined()
    expect(read(undefined).locked).toBeUndefined()
  } finally {
    Reflect.deleteProperty(Object.prototype, 'locked')
  }
})

describe('what an option may hold', () => {
  const kinds: OptionNames<{ width?: number; locked?: boolean; label?: string; onOpen?: () => void }> = {
    width: [1, 10],
    locked: 'boolean',
    label: 'string',
    onOpen: 'function',
  }
  const readKinds = (options: object): object => readOptions('createDoor', options, kinds)

  test('readOptions: takes values of the right kind, and undefined', () => {
    const options = { width: 10, locked: false, label: '', onOpen: undefined }
    expect({ ...readKinds(options) }).toEqual(options)
  })

  test.each([
    [{ width: 11 }, 'width must be a number from 1 to 10, not 11'],
    [{ locked: 'yes' }, 'locked must be a boolean, not "yes"'],
    [{ label: null }, 'label must be a string, not null'],
    [{ onOpen: {} }, 'onOpen must be a function, not an object'],
  ])('readOptions: refuses %j by name', (options, message) => {
    expect(() => readKinds(options)).toThrow(
      expect.objectContaining({ code: 'configuration', argument: Object.keys(options)[0], message }),
    )
  })
})
