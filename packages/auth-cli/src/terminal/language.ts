import { chinese } from './chinese.ts'

/** Says a text of ours in the language of the user; anything else stays as it is. */
export type Translate = (text: string) => string

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** `{n}` in a key stands for a whole number, `{}` for any text, which is translated as well. */
function toPattern(key: string): RegExp {
  const parts = key.split(/(\{n?\})/).map((part) => {
    if (part === '{n}') return '(-?\\d+)'
    return part === '{}' ? '(.+?)' : escaped(part)
  })
  return new RegExp(`^${parts.join('')}$`, 's')
}

const exact = new Map(Object.entries(chinese))
const templates = Object.entries(chinese)
  .filter(([key]) => /\{n?\}/.test(key))
  .map(([key, target]) => ({ pattern: toPattern(key), target }))

function toChinese(text: string): string {
  const known = exact.get(text)
  if (known !== undefined) return known
  for (const { pattern, target } of templates) {
    const [, ...values] = pattern.exec(text) ?? []
    if (values.length > 0)
      return target.replace(/\{(\d)\}/g, (_, index: string) => toChinese(values[Number(index)] ?? ''))
  }
  return text
}

/** Chooses the language as other programs do: `LC_ALL`, else `LC_MESSAGES`, else `LANG`. Chinese for `zh…`, English for all others. */
export function chooseLanguage(env: Readonly<Record<string, string | undefined>>): 'en' | 'zh' {
  const locale = env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || ''
  return /^zh(?![a-z])/i.test(locale) ? 'zh' : 'en'
}

/** Creates the function that says texts in a language. */
export function createTranslate(language: 'en' | 'zh'): Translate {
  return language === 'zh' ? toChinese : (text) => text
}

/** Translates each line of a text by itself, and keeps its indentation. */
export function translateLines(text: string, translate: Translate): string {
  return text.replace(/^( *)(.+)$/gm, (_, space: string, line: string) => space + translate(line))
}

const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]/u

/** How many columns a text takes in a terminal: two for a Chinese character. */
export function widthOf(text: string): number {
  return Array.from(text).reduce((width, character) => width + (wide.test(character) ? 2 : 1), 0)
}

/** Pads a text with spaces to so many columns. */
export const padTo = (width: number, text: string): string =>
  text + ' '.repeat(Math.max(0, width - widthOf(text)))
