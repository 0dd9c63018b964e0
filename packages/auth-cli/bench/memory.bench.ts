// A million lines through one run of `revoke --file -`: the memory of the process after a tenth of them, and at the end.
import { once } from 'node:events'
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
const { child, result } = startCli(args, { cwd: folder.path('.') })
const begin = performance.now()
const samples: number[] = []
for (let line = 1; line <= lineCount; line += 1) {
  // No tokens of the mock's: it answers those that it does not know alike, and need not remember a million.
  if (!child.stdin.write(`${filler}.${line}\n`)) await once(child.stdin, 'drain')
  if (line % (lineCount / 10) === 0) samples.push(residentMb(child, 'VmRSS'))
}
const peak = residentMb(child, 'VmHWM')
child.stdin.end()
const { code, stdout } = await result
const { revoked } = JSON.parse(stdout) as { readonly revoked: number }
if (code !== 0 || revoked !== lineCount) throw new Error(`the run ended with code ${code}: ${stdout}`)

const seconds = (performance.now() - begin) / 1_000
const [first = Number.NaN] = samples
const growth = (samples.at(-1) ?? Number.NaN) - first
const table = tableMb(lineCount) - tableMb(lineCount / 10)
console.log(`${lineCount} lines in ${seconds.toFixed(0)} s, peak ${peak.toFixed(0)} MB`)
console.log(`MB after each tenth: ${samples.map((mb) => mb.toFixed(0)).join(' ')}`)
console.log(
  `from 10 % to the end: ${growth.toFixed(0)} MB more, ${table.toFixed(0)} of them the table of hashes`,
)
printRow('growth beyond the table of hashes, MB', growth - table, { atMost: 32 })
