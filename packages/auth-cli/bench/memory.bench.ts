// A million lines through one run of `revoke --file -`: what the process holds after each tenth of them, once garbage is collected. What
// is resident as well follows how much room the engine leaves for garbage, and is printed beside it.
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { startAuthMock } from '@tokenward/auth-mock'
import { printRow } from '@tokenward/scripts/bench/measure'
import { createFolder, startCli } from '../test/run-cli.ts'
import { residentMb } from './process-figures.ts'

const lineCount = Number(process.env.LINES ?? 1_000_000)
const filler = 'a'.repeat(700)

/** What the exact search for repeated lines takes, in MB: 17 bytes a slot, twice the slots whenever three quarters are taken. */
const tableMb = (tokens: number): number =>
  (17 * 2 ** Math.max(12, Math.ceil(Math.log2((tokens * 4) / 3)))) / 1024 / 1024

await using mock = await startAuthMock()
using folder = createFolder()
const args = ['revoke', '--json', '--base-url', mock.url, '--file', '-']
const hook = fileURLToPath(new URL('tell-live-memory.ts', import.meta.url))
const nodeOptions = ['--expose-gc', '--import', hook]
const { child, result } = startCli(args, { cwd: folder.path('.'), nodeOptions })

/** What the process holds, in MB. */
async function liveMb(): Promise<number> {
  child.kill('SIGUSR2')
  for (;;) {
    // Between its answers, the command tells how far it is.
    const [text] = (await once(child.stderr, 'data')) as [string]
    const bytes = /live: (\d+)/.exec(text)?.[1]
    if (bytes !== undefined) return Number(bytes) / 1024 / 1024
  }
}

const begin = performance.now()
const live: number[] = []
const resident: number[] = []
for (let line = 1; line <= lineCount; line += 1) {
  // No tokens of the mock's: it answers those that it does not know alike, and need not remember a million.
  if (!child.stdin.write(`${filler}.${line}\n`)) await once(child.stdin, 'drain')
  if (line % (lineCount / 10) !== 0) continue
  resident.push(residentMb(child, 'VmRSS'))
  live.push(await liveMb())
}
const peak = residentMb(child, 'VmHWM')
child.stdin.end()
const { code, stdout } = await result
const { revoked } = JSON.parse(stdout) as { readonly revoked: number }
if (code !== 0 || revoked !== lineCount) throw new Error(`the run ended with code ${code}: ${stdout}`)

const seconds = (performance.now() - begin) / 1_000
const growthOf = (samples: readonly number[]): number =>
  (samples.at(-1) ?? Number.NaN) - (samples[0] ?? Number.NaN)
const list = (samples: readonly number[]): string => samples.map((mb) => mb.toFixed(0)).join(' ')
const table = tableMb(lineCount) - tableMb(lineCount / 10)
console.log(`${lineCount} lines in ${seconds.toFixed(0)} s, resident at most ${peak.toFixed(0)} MB`)
console.log(`resident after each tenth, MB: ${list(resident)}`)
console.log(
  `held after each tenth, MB: ${list(live)}; the table of hashes takes ${table.toFixed(0)} more at the end`,
)
printRow('growth of what is held, beyond the table of hashes, MB', growthOf(live) - table, { atMost: 32 })
