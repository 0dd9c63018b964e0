// Both languages say the same: each page has its Chinese one, with the same headings, code blocks and tables, written from the English text
// as it is now.
import { expect, test } from 'vitest'
import { findFault, listTranslations, markOf, shapeOf } from '../build/translation.ts'

const how =
  'pnpm --filter @tokenward/docs translated --diff shows what changed, and without --diff marks the page as up to date'

test.each(listTranslations())('$chinese says what $english says', (translation) => {
  const fault = findFault(translation)
  expect(fault && `${translation.chinese} ${fault}: ${how}`).toBeUndefined()
})

test('shapeOf: tells headings, code and tables, and not the words', () => {
  const english = '# A\n\nText.\n\n<!-- run -->\n\n```ts\nawait a()\n```\n\n| a | b |\n| - | - |\n| 1 | 2 |\n'
  expect(shapeOf(english)).toEqual([
    '#',
    '<!-- run -->',
    '```ts\nawait a()\n```',
    'table of 3 rows and 2 columns',
  ])
  expect(shapeOf(english.replace('# A', '# 甲').replace('Text.', '正文。'))).toEqual(shapeOf(english))
  expect(shapeOf(english.replace('# A', '## A'))).not.toEqual(shapeOf(english))
  expect(shapeOf(english.replace('a()', 'b()'))).not.toEqual(shapeOf(english))
  expect(shapeOf(english.replace('| 1 | 2 |\n', ''))).not.toEqual(shapeOf(english))
})

test('markOf: another English text has another mark', () => {
  expect(markOf('a\n')).not.toBe(markOf('b\n'))
})
