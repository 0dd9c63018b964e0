// From bare Node and npm to an installed workspace, then runs the given script with the repo's own Node.
// Has no dependencies, because it runs before there are any.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'

const root = new URL('..', import.meta.url)
const at = (path) => new URL(path, root)
const { packageManager } = JSON.parse(readFileSync(at('package.json'), 'utf8'))

function pnpm(...args) {
  const env = { ...process.env, TURBO_TELEMETRY_DISABLED: '1' }
  const command = ['--yes', packageManager, '--dir', fileURLToPath(root), ...args]
  // npx reads the whole node_modules of the folder that it is started in, which takes seconds.
  const { error, status } = spawnSync('npx', command, { cwd: tmpdir(), stdio: 'inherit', env })
  if (error) throw error
  if (status !== 0) process.exit(status ?? 1)
}

const mark = at('node_modules/.installed')
const lock = createHash('sha256')
  .update(readFileSync(at('pnpm-lock.yaml')))
  .digest('hex')
if (!existsSync(mark) || readFileSync(mark, 'utf8') !== lock) {
  pnpm('install', '--frozen-lockfile', '--reporter=append-only')
  writeFileSync(mark, lock)
}
pnpm('exec', 'node', ...process.argv.slice(2))
