// What the tests use that npm does not bring. What is missing is named loudly and left out; where CI is set, that is a failure.
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { isWebKitInstalled } from '../browsers/webkit.ts'

export const firefoxPath = '/usr/bin/firefox-esr'

const isOnPath = (program: string): boolean =>
  (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)))

/** By the name that tests know it by: whether it is here, and the Debian packages that bring it. */
const equipment = {
  firefox: { isHere: existsSync(firefoxPath), packages: 'firefox-esr' },
  webkit: { isHere: isWebKitInstalled(), packages: 'webkit2gtk-driver xvfb' },
  redis: { isHere: isOnPath('redis-server'), packages: 'redis-server' },
} as const

const missing = Object.entries(equipment).filter(([, { isHere }]) => !isHere)

/** Names what is missing. A cached run of the tests stands for another one only where these are the same. */
export const gaps: string = missing.map(([name]) => name).join(', ')

/** Tells whether tests can use it. */
export function isEquipped(name: keyof typeof equipment): boolean {
  return equipment[name].isHere
}

/**
 * Says what the tests use, and loudly what they have to do without.
 *
 * @throws where CI is set and something is missing
 */
export function reportEquipment(): void {
  const used = Object.keys(equipment).filter((name) => isEquipped(name as keyof typeof equipment))
  console.log(`tests use ${['chromium', ...used].join(', ')}`)
  if (!gaps) return
  const install = `apt-get install --no-install-recommends ${missing.map(([, { packages }]) => packages).join(' ')}`
  const message = `NOT TESTED with ${gaps}: ${install}`
  if (process.env['CI']) throw new Error(message)
  console.warn(`\n!! ${message}\n`)
}
