// A registry on this machine, for a rehearsal: it takes our packages, and hands on what others made.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runPnpm } from '../build/run-pnpm.ts'
import { root } from '../test-bed/run-command.ts'

/** A running registry. */
export interface Registry {
  readonly url: string
  /** The content of an `.npmrc`, which npm and pnpm read in the folder that they run in. */
  readonly npmrc: string
  readonly close: () => Promise<void>
}

const verdaccio = join(root, 'scripts/consumers/node_modules/verdaccio/bin/verdaccio')

async function isUp(url: string, child: ChildProcess): Promise<void> {
  while (child.exitCode === null) {
    const response = await fetch(`${url}/-/ping`).catch(() => undefined)
    if (response?.ok) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('the registry ended before it answered')
}

/** Starts a registry that keeps its files in `folder`, and asks `uplink` for packages of others. */
export async function startRegistry(folder: string, port: number, uplink: string): Promise<Registry> {
  if (!existsSync(verdaccio)) await runPnpm(join(root, 'scripts/consumers'), 'install', '--frozen-lockfile')
  mkdirSync(folder, { recursive: true })
  const url = `http://127.0.0.1:${port}`
  const config = {
    storage: join(folder, 'storage'),
    auth: { htpasswd: { file: join(folder, 'htpasswd'), max_users: 1 } },
    uplinks: { npm: { url: uplink, cache: false } },
    packages: {
      '@tokenward/*': { access: '$all', publish: '$all' },
      '**': { access: '$all', proxy: 'npm' },
    },
    log: { type: 'stdout', format: 'json', level: 'fatal' },
  }
  // JSON is YAML.
  writeFileSync(join(folder, 'config.yaml'), JSON.stringify(config))
  const flags = ['--config', join(folder, 'config.yaml'), '--listen', `127.0.0.1:${port}`]
  const child = spawn(process.execPath, ['--no-warnings', verdaccio, ...flags], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const exited = once(child, 'exit')
  await isUp(url, child)
  return {
    url,
    // npm wants some token, and this registry takes any.
    npmrc: `registry=${url}/\n//127.0.0.1:${port}/:_authToken=rehearsal\n`,
    async close() {
      child.kill()
      await exited
    },
  }
}
