// The order of the pages, once for both languages.
import type { DefaultTheme } from 'vitepress'
import { referencePages } from '../build/reference.ts'

export type Language = 'en' | 'zh'

interface Section {
  readonly title: Readonly<Record<Language, string>>
  readonly pages: readonly (readonly [path: string, en: string, zh: string])[]
}

export const sections: readonly Section[] = [
  {
    title: { en: 'Begin', zh: '开始' },
    pages: [
      ['guide/why', 'Why', '为什么需要它'],
      ['guide/node', 'Node: first five minutes', 'Node：五分钟上手'],
      ['guide/browser', 'Browser: first five minutes', '浏览器：五分钟上手'],
      ['guide/mini-program', 'Mini-program: first five minutes', '小程序：五分钟上手'],
      ['guide/functions', 'Functions: first five minutes', '云函数：五分钟上手'],
      ['guide/frameworks', 'Your framework', '各种框架'],
      ['guide/client', 'The client', '客户端'],
    ],
  },
  {
    title: { en: 'On a server', zh: '服务端' },
    pages: [
      ['guide/verifier', 'The verifier', '验证器'],
      ['guide/server-sign-out', 'Sign out on a server', '在服务端退出登录'],
      ['guide/cookies', 'Cookies and SSR', 'Cookie 与服务端渲染'],
      ['guide/sockets', 'Open connections', '长连接'],
      ['guide/every-session', 'Every session of a user', '让用户全部下线'],
      ['guide/fleet', 'Several servers', '多实例部署'],
      ['guide/transport', 'Agents, proxies and mocks', '连接、代理与模拟'],
      ['guide/workers', 'Workers at the edge', '边缘 Worker'],
      ['guide/observability', 'Observability', '可观测性'],
      ['guide/testing', 'Testing', '测试'],
      ['guide/mock', 'The mock', '模拟服务'],
      ['guide/operators', 'Operators', '运维'],
    ],
  },
  {
    title: { en: 'In a page', zh: '页面' },
    pages: [['guide/sessions', 'Sessions in a page', '页面里的会话']],
  },
  {
    title: { en: 'Coming from', zh: '迁移' },
    pages: [
      ['guide/from-sign-out', "the SDK's signOut", 'SDK 的 signOut'],
      ['guide/from-introspect', 'a hand-written introspect', '手写的 introspect'],
      ['guide/from-jwt', 'local JWT checks', '本地校验 JWT'],
    ],
  },
  {
    title: { en: 'Troubleshooting', zh: '排查问题' },
    pages: [
      ['errors/', 'All errors', '所有错误'],
      ['errors/api', 'api', 'api'],
      ['errors/response', 'response', 'response'],
      ['errors/network', 'network', 'network'],
      ['errors/timeout', 'timeout', 'timeout'],
      ['errors/still_active', 'still_active', 'still_active'],
      ['errors/configuration', 'configuration', 'configuration'],
      ['errors/token_ended', 'token_ended', 'token_ended'],
    ],
  },
]

export function guideSidebar(language: Language): DefaultTheme.SidebarItem[] {
  const base = language === 'en' ? '/' : '/zh/'
  return sections.map(({ title, pages }) => ({
    text: title[language],
    items: pages.map(([path, en, zh]) => ({ text: language === 'en' ? en : zh, link: `${base}${path}` })),
  }))
}

export function referenceSidebar(): DefaultTheme.SidebarItem[] {
  return [
    {
      text: 'Reference',
      items: [
        { text: 'HTTP API', link: '/reference/spec' },
        { text: 'Command line', link: '/reference/cli' },
      ],
    },
    {
      text: 'Packages',
      items: referencePages.map((name) => ({ text: name, link: `/reference/api/${name}` })),
    },
  ]
}
