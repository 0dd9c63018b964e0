// webpack 4 reads no `exports`: it finds each entry by the fields of a package.json, and a subpath as a folder.
import { startAuthMock } from '@tokenward/auth-mock'
import { describe, expect, test } from 'vitest'
import { createConsumer, nodes } from './project.ts'

const project = createConsumer('webpack', 'esbuild-loader', 'react')

const use = `
const { TOKENWARD_BASE_URL: baseUrl, TOKENWARD_TOKEN: token } = process.env
console.log(typeof signOut, typeof useSession)
createAuthClient({ baseUrl }).verifyToken(token).then(({ active, sub }) => console.log(active, sub))
`
const sources = {
  'module.js': `
import { createAuthClient } from '@tokenward/auth-web'
import { useSession } from '@tokenward/auth-web/react'
import { signOut } from '@tokenward/auth-web/sign-out'
${use}`,
  'common.js': `
const { createAuthClient } = require('@tokenward/auth-web')
const { useSession } = require('@tokenward/auth-web/react')
const { signOut } = require('@tokenward/auth-web/sign-out')
${use}`,
}

/** Bundles `entry` as a project does that has not left webpack 4: its own syntax is older than ours. */
const build = `
const [, , entry, ...mainFields] = process.argv
require('webpack')(
  {
    mode: 'production',
    target: 'node',
    entry: './' + entry,
    output: { path: __dirname + '/out', filename: entry, hashFunction: 'sha256' },
    resolve: { mainFields },
    optimization: { minimize: false },
    module: { rules: [{ test: /\\.[cm]?js$/, type: 'javascript/auto', loader: 'esbuild-loader', options: { target: 'es2017' } }] },
  },
  (error, stats) => console.log(error ?? stats.toString({ all: false, errors: true, warnings: true })),
)
`

describe.each(nodes)('Node %s', (_version, node) => {
  test.each([
    ['module.js', 'webpack', ['browser', 'module', 'main']],
    ['common.js', 'webpack', ['browser', 'module', 'main']],
    ['module.js', 'Metro', ['react-native', 'browser', 'main']],
    ['common.js', 'Metro', ['react-native', 'browser', 'main']],
  ])(
    '%s is bundled with the main fields of %s, and verifies',
    { timeout: 120_000 },
    async (entry, _tool, fields) => {
      project.write({ ...sources, 'build.js': build })
      expect((await project.run(node, ['build.js', entry, ...fields])).trim()).toBe('')
      await using mock = await startAuthMock()
      const env = { TOKENWARD_BASE_URL: mock.url, TOKENWARD_TOKEN: mock.issueToken({ sub: '42' }) }
      expect(await project.run(node, [`out/${entry}`], env)).toBe('function function\ntrue 42\n')
    },
  )
})
