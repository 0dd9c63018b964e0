import { describe, expect, test } from 'vitest'
import { readPage } from '../../test-bed/html-blocks.ts'
import { readBlocks } from '../../test-bed/markdown-blocks.ts'
import { readSnippets } from '../../test-bed/snippets.ts'
import { compileVue } from '../../test-bed/vue-blocks.ts'

const component = (template: string): string =>
  `<script setup lang="ts">\nconst name: string = 'a'\n</script>\n\n<template>\n${template}\n</template>\n`

test('readBlocks: tells language, text and mark', () => {
  const markdown = 'Text.\n\n<!-- run -->\n\n```ts\na()\n```\n\n```\nplain\n```\n'
  expect(readBlocks(markdown)).toEqual([
    { language: 'ts', source: 'a()\n', mark: 'run' },
    { language: '', source: 'plain\n', mark: undefined },
  ])
})

describe('compileVue', () => {
  test('the template becomes a part of the script', () =>
    expect(compileVue(component('<b @click="name.trim()">{{ name }}</b>'))).toContain('name.trim()'))

  test.each([
    ['an element is not closed', '<b>{{ name }}'],
    ['an expression does not parse', '<b>{{ name + }}</b>'],
    ['a name is misspelt', '<b>{{ nam }}</b>'],
  ])('%s: it throws', (_name, template) => expect(() => compileVue(component(template))).toThrow())
})

describe('readPage', () => {
  const map = '<script type="importmap">{ "imports": { "a": "./a.js" } }</script>'

  test('hands over scripts and files', () => {
    const html = `${map}<script type="module">import 'a'</script><script src="b.js"></script><script>c()</script>`
    expect(readPage(html)).toEqual({
      scripts: ["import 'a'", expect.stringMatching(/^declare const tokenward[^\n]*\nc\(\)$/)],
      files: ['./a.js', 'b.js'],
    })
  })

  test.each([
    ['an element is not closed', '<button>Sign out'],
    ['an attribute is doubled', '<b id="a" id="b"></b>'],
    ['an import map is no JSON', '<script type="importmap">{ a }</script>'],
    ['no script imports what the map names', map],
  ])('%s: it throws', (_name, html) => expect(() => readPage(html)).toThrow())
})

test('readSnippets: components and scripts of pages stand beside the other programs, and an error names the block', () => {
  const vue = `\`\`\`vue\n${component('<b>{{ name }}</b>')}\`\`\`\n`
  const html = '```html\n<script type="module">a()</script>\n```\n'
  expect(readSnippets(`${vue}\n${html}`, 'page-').map(({ file }) => file)).toEqual([
    'page-block-1.vue.ts',
    'page-block-2.script-1.ts',
  ])
  expect(() => readSnippets('```html\n<b>\n```\n', 'page-')).toThrow('page-block-1: Error: <b> is not closed')
})
