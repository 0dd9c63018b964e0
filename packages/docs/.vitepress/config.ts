import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defineConfig, type DefaultTheme, type MarkdownOptions, type UserConfig } from 'vitepress'
import { guideSidebar, type Language, referenceSidebar } from './sidebar.ts'

const repository = 'https://github.com/tokenward/tokenward'

/**
 * Splits text into words for the search. A run of Chinese characters has no spaces, so that each of its characters and each pair is a word.
 * VitePress hands the text of this function to the page, so that it uses nothing from outside.
 */
function tokenize(text: string): string[] {
  const words = text.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? []
  return words.flatMap((word) => {
    if (!/\p{Script=Han}/u.test(word)) return [word]
    const characters = Array.from(word)
    return [...characters, ...characters.slice(1).map((next, index) => `${characters[index]}${next}`)]
  })
}

/**
 * Colors each block of code once: both languages have the same blocks, and VitePress renders every page again for each index of its search.
 * Coloring was two thirds of the time of a build.
 */
const colorOnce: NonNullable<MarkdownOptions['config']> = ({ options }) => {
  const { highlight } = options
  const colored = new Map<string, string>()
  options.highlight = (code, language, attributes) => {
    const key = JSON.stringify([code, language, attributes])
    const html = colored.get(key) ?? highlight?.(code, language, attributes) ?? ''
    colored.set(key, html)
    return html
  }
}

const readStyle = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8')

const nav = (language: Language): DefaultTheme.NavItem[] =>
  language === 'en'
    ? [
        { text: 'Guide', link: '/guide/node' },
        { text: 'Errors', link: '/errors/' },
        { text: 'Reference', link: '/reference/' },
      ]
    : [
        { text: '指南', link: '/zh/guide/node' },
        { text: '错误', link: '/zh/errors/' },
        { text: '参考', link: '/zh/reference/' },
      ]

const config: UserConfig<DefaultTheme.Config> = defineConfig({
  srcDir: 'pages',
  outDir: 'dist',
  base: process.env['DOCS_BASE'] ?? '/',
  title: 'Tokenward',
  // Unknown links between pages fail the build; test/site.test.ts looks at the anchors.
  ignoreDeadLinks: false,
  head: [
    ['style', {}, readStyle('phone.css')],
    ['noscript', {}, `<style>${readStyle('without-scripts.css')}</style>`],
  ],
  markdown: { config: colorOnce },
  vite: {
    resolve: { preserveSymlinks: false },
    server: { fs: { allow: [fileURLToPath(new URL('../../..', import.meta.url))] } },
    build: { chunkSizeWarningLimit: 2_000 },
  },
  locales: {
    root: {
      label: 'English',
      lang: 'en',
      description: 'Ends sessions of Tencent CloudBase for good, and checks their tokens on the server',
      themeConfig: { nav: nav('en'), outline: { level: [2, 3] } },
    },
    zh: {
      label: '简体中文',
      lang: 'zh-CN',
      description: '让腾讯云开发的会话真正结束，并在服务端验证令牌',
      themeConfig: {
        nav: nav('zh'),
        outline: { level: [2, 3], label: '本页目录' },
        docFooter: { prev: '上一页', next: '下一页' },
        returnToTopLabel: '回到顶部',
        sidebarMenuLabel: '菜单',
        darkModeSwitchLabel: '深色模式',
        langMenuLabel: '语言',
        skipToContentLabel: '跳到正文',
      },
    },
  },
  themeConfig: {
    sidebar: {
      '/': guideSidebar('en'),
      '/zh/': guideSidebar('zh'),
      '/reference/': referenceSidebar(),
    },
    socialLinks: [{ icon: 'github', link: repository }],
    search: {
      provider: 'local',
      options: {
        miniSearch: { options: { tokenize }, searchOptions: { tokenize } },
        locales: {
          zh: {
            translations: {
              button: { buttonText: '搜索', buttonAriaLabel: '搜索' },
              modal: {
                noResultsText: '没有找到',
                resetButtonTitle: '清除',
                footer: { selectText: '选择', navigateText: '切换', closeText: '关闭' },
              },
            },
          },
        },
      },
    },
  },
})

export default config
