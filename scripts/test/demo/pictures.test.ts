import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { digestPage, drawTerminal, pagePicture, readLabel, terminalPicture } from '../../demo/pictures.ts'

const mend = 'draw the pictures again: npx --yes pnpm demo:pictures'

test('root README: the picture of the demo page was drawn from the page as it stands', () => {
  const drawnFrom = readLabel(readFileSync(pagePicture))
  expect({ drawnFrom, mend }).toEqual({ drawnFrom: digestPage(), mend })
})

test('root README: the picture of the terminal shows what npm run demo prints', async () => {
  const picture = readFileSync(terminalPicture, 'utf8')
  expect({ picture, mend }).toEqual({ picture: await drawTerminal(), mend })
})
