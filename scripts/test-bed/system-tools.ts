// The programs that tests use and npm does not bring. A missing one is reported and its tests are left out; in CI it is a failure.
import { existsSync, globSync } from 'node:fs'
import { delimiter, join } from 'node:path'

export const firefoxPath = '/usr/bin/firefox-esr'
export const displayPath = '/usr/bin/Xvfb'
export const webkitDriverPath = '/usr/bin/WebKitWebDriver'
export const webkitBrowserPath: string = globSync('/usr/lib/*/webkit2gtk-4.*/MiniBrowser')[0] ?? ''

const isOnPath = (program: string): boolean =>
  (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)))

/** By the name that tests use: whether it is installed, and the Debian packages to install. */
const systemTools = {
  firefox: { isInstalled: existsSync(firefoxPath), packages: 'firefox-esr' },
  webkit: {
    isInstalled: [displayPath, webkitDriverPath, webkitBrowserPath].every((file) => existsSync(file)),
    packages: 'webkit2gtk-driver xvfb',
  },
  redis: { isInstalled: isOnPath('redis-server'), packages: 'redis-server' },
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
  const install = `apt-get install --no-install-recommends ${missing.map(([, { packages }]) => packages).join(' ')}`
  const message = `NOT TESTED with ${gaps}: ${install}`
  if (process.env['CI']) throw new Error(message)
  console.warn(`\n!! ${message}\n`)
}
