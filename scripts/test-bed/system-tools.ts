// The programs that tests use and that setting up the workspace does not bring. A missing one is reported and its tests are left out; in CI it
// is a failure.
import { existsSync, globSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { root } from './run-command.ts'

export const firefoxPath = '/usr/bin/firefox-esr'
export const displayPath = '/usr/bin/Xvfb'
export const webkitDriverPath = '/usr/bin/WebKitWebDriver'
export const webkitBrowserPath: string = globSync('/usr/lib/*/webkit2gtk-4.*/MiniBrowser')[0] ?? ''

const isOnPath = (program: string): boolean =>
  (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)))

const installFromDebian = (packages: string): string => `apt-get install --no-install-recommends ${packages}`

/** By the name that tests use: whether it is installed, and the command that installs it. */
const systemTools = {
  firefox: { isInstalled: existsSync(firefoxPath), install: installFromDebian('firefox-esr') },
  webkit: {
    isInstalled: [displayPath, webkitDriverPath, webkitBrowserPath].every((file) => existsSync(file)),
    install: installFromDebian('webkit2gtk-driver xvfb'),
  },
  redis: { isInstalled: isOnPath('redis-server'), install: installFromDebian('redis-server') },
  // The same commands, by those who went on with them under a free license.
  valkey: {
    isInstalled: isOnPath('valkey-server'),
    install: `${installFromDebian('valkey-server')} (Debian 12: from its backports, as .ci/run does)`,
  },
  // The linter of Prometheus, which Debian has in the package of the whole server.
  promtool: { isInstalled: isOnPath('promtool'), install: installFromDebian('prometheus') },
  // Jest, webpack, Next and others, for the packed packages: hundreds of packages.
  consumers: {
    isInstalled: existsSync(join(root, 'scripts/consumers/node_modules/.modules.yaml')),
    install: 'npx pnpm --dir scripts/consumers install --frozen-lockfile',
  },
} as const

const missing = Object.entries(systemTools).filter(([, { isInstalled }]) => !isInstalled)

/** The names of the missing tools. Turbo reuses a cached test run only where this text is the same. */
export const gaps: string = missing.map(([name]) => name).join(', ')

/** Tells whether tests can use the tool. */
export function isEquipped(name: keyof typeof systemTools): boolean {
  return systemTools[name].isInstalled
}

/**
 * Prints which tools the tests use, and which are missing.
 *
 * @throws where CI is set and a tool is missing
 */
export function reportSystemTools(): void {
  const used = Object.keys(systemTools).filter((name) => isEquipped(name as keyof typeof systemTools))
  console.log(`tests use ${['chromium', ...used].join(', ')}`)
  if (!gaps) return
  const message = `NOT TESTED with ${gaps}: ${missing.map(([, { install }]) => install).join(' && ')}`
  if (process.env['CI']) throw new Error(message)
  console.warn(`\n!! ${message}\n`)
}
