// The frameworks and platforms that a newcomer looks for, as the first pages name them, and what runs each of their examples.

export interface Example {
  readonly en: string
  readonly zh: string
  /** A file of the repository, and words in it: the page that marks its program as one that is served, or the test that runs it. */
  readonly proof: string
}

const frameworks = 'packages/docs/pages/guide/frameworks.md'
const served = (heading: string): string => `${frameworks}: ## ${heading}\n\n<!-- serve -->`
const sockets = 'packages/auth-node/test/recipes/sockets.test.ts'
const recipes = 'packages/auth-node/test/recipes.test.ts'
const pages = 'packages/docs/test/page-recipes.test.ts'
const realms = 'packages/auth-web/test/realms/hosts.ts'
const same = (name: string, proof: string): Example => ({ en: name, zh: name, proof })

export const examples: readonly Example[] = [
  same('Express', served('Express')),
  same('Fastify', served('Fastify')),
  same('Koa', served('Koa')),
  same('Hono', served('Hono')),
  same('NestJS', "scripts/test/consumers/nestjs.consumer.test.ts: the guide's program"),
  same('Next', 'scripts/test/consumers/next.consumer.test.ts: export async function proxy('),
  same(
    'node:http',
    served('node:http').replace(
      '<!--',
      'Any framework without a guard here goes the same way: `createAuthenticate` makes the decision.\n\n<!--',
    ),
  ),
  same('tRPC', `${recipes}: createTrpcApi`),
  same('GraphQL Yoga', `${recipes}: createGraphqlApi`),
  { en: 'Bun, Deno', zh: 'Bun、Deno', proof: 'scripts/test/runtimes.test.ts: guide/frameworks.md' },
  same('ws', `${sockets}: serveWebSockets`),
  same('Socket.IO', `${sockets}: createSocketIo`),
  { en: 'server-sent events', zh: 'SSE', proof: `${sockets}: createExpressEvents` },
  { en: 'GraphQL subscriptions', zh: 'GraphQL 订阅', proof: `${sockets}: createSubscriptions` },
  { en: 'cloud functions', zh: '云函数', proof: 'scripts/test/packed/first-minutes.test.ts: functions' },
  {
    en: 'HTTP functions',
    zh: 'HTTP 云函数',
    proof: 'scripts/test/packed/first-minutes.test.ts: http-function.js',
  },
  {
    en: 'CloudRun',
    zh: '云托管',
    proof: "scripts/test/consumers/cloudbase.consumer.test.ts: The guide's function in CloudRun",
  },
  { en: 'Workers', zh: 'Worker', proof: 'scripts/test/runtimes.test.ts: guide/workers.md' },
  {
    en: "with the vendor's SDK",
    zh: '配合官方 SDK',
    proof: 'packages/auth-web/test/pages/readme.test.ts: guide/browser.md',
  },
  { en: 'plain page', zh: '纯 HTML 页面', proof: `${pages}: importmap` },
  same('React', `${pages}: React`),
  same('Vue', `${pages}: Vue`),
  same('Nuxt', `${pages}: Nuxt`),
  same('Svelte', `${pages}: Svelte`),
  same('Angular', `${pages}: Angular`),
  {
    en: 'WeChat mini-program',
    zh: '微信小程序',
    proof: 'packages/auth-web/test/mini-program/guide-page.test.ts: guide/mini-program.md',
  },
  same('uni-app', `${realms}: uni-app`),
  same('Taro', `${realms}: Taro`),
  same('React Native', 'packages/auth-web/test/realms/bundles.ts: examples/react-native.ts'),
]
