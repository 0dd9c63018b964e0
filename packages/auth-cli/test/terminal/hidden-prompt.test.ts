import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { promptHidden } from '../../src/terminal/hidden-prompt.ts'

/** A terminal that records whether it echoes, and what is printed on it. */
function createTerminal() {
  const modes: boolean[] = []
  const input = Object.assign(new PassThrough(), {
    setRawMode(isRaw: boolean) {
      modes.push(isRaw)
      return input as never
    },
  })
  let screen = ''
  const output = { write: (text: string) => Boolean((screen += text)) }
  const answer = promptHidden('Token: ', input as never, output)
  return { modes, answer, type: (keys: string) => input.write(keys), screen: () => screen }
}

test('promptHidden: reads a line and prints nothing of it', async () => {
  const { answer, type, screen, modes } = createTerminal()
  for (const key of 'secret\r') type(key)
  expect(await answer).toBe('secret')
  expect(screen()).toBe('Token: \n')
  expect(modes).toEqual([true, false])
})

test.each([
  ['backspace', 'secrex\u007ft\r', 'secret'],
  ['Ctrl-U', 'wrong\u0015secret\r', 'secret'],
  ['Ctrl-D', 'secret\u0004', 'secret'],
  ['arrow keys', 'sec\u001b[Dret\r', 'secret'],
  ['arrow keys of an application', 'sec\u001bODret\r', 'secret'],
  ['a bracketed paste', '\u001b[200~secret\u001b[201~\r', 'secret'],
])('promptHidden: understands %s', async (_, keys, line) => {
  const { answer, type } = createTerminal()
  type(keys)
  expect(await answer).toBe(line)
})

test('promptHidden: a paste of more than one line is not cut to its first', async () => {
  const { answer, type } = createTerminal()
  type('first half\r\nsecond half\r')
  expect(await answer).toBe('first half\nsecond half')
})

test('promptHidden: takes more than the 4,096 characters of a terminal line', async () => {
  const { answer, type } = createTerminal()
  type(`${'x'.repeat(8_000)}\r`)
  expect(await answer).toHaveLength(8_000)
})

test('promptHidden: Ctrl-C rejects and lets the terminal echo again', async () => {
  const { answer, type, modes } = createTerminal()
  type('sec\u0003')
  await expect(answer).rejects.toMatchObject({ exitCode: 130 })
  expect(modes).toEqual([true, false])
})
