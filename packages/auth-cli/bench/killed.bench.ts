// 100,000 tokens from a file, killed twice with SIGKILL on the way and resumed: how many are forgotten, and how often one is revoked again.
import { writeFileSync } from 'node:fs'
import { startAuthMock } from '@tokenward/auth-mock'
import { printRow } from '@tokenward/scripts/bench/measure'
import { countRevocations } from '../test/count-revocations.ts'
import { createFolder, startCli } from '../test/run-cli.ts'

const tokenCount = Number(process.env.TOKENS ?? 100_000)
const concurrency = Number(process.env.CONCURRENCY ?? 32)
const kills = [1 / 3, 2 / 3].map((share) => Math.floor(tokenCount * share))
const window = kills.length * concurrency

await using mock = await startAuthMock()
using folder = createFolder()
using count = countRevocations()
const file = folder.path('tokens.txt')
writeFileSync(file, Array.from({ length: tokenCount }, () => mock.issueToken({ signed: false })).join('\n'))

const args = ['revoke', '--json', '--resume', '--confirm', '--base-url', mock.url, '--file', file]
const start = (): ReturnType<typeof startCli> => startCli([...args, `--concurrency=${concurrency}`])
console.log(`${tokenCount} tokens, ${concurrency} at a time, killed at ${kills.join(' and ')} revocations`)
for (const at of kills) {
  const { child, result } = start()
  await Promise.race([count.reached(at), result])
  child.kill('SIGKILL')
  const { code } = await result
  if (code !== null) throw new Error(`the run ended with code ${code} before it could be killed`)
}
const { code, stdout } = await start().result
if (code !== 0) throw new Error(`the last run ended with code ${code}: ${stdout}`)

const times = count.times()
const alive = mock.tokens().filter(({ state }) => state !== 'revoked').length
printRow('forgotten: never sent, or still alive', Math.max(tokenCount - times.length, alive), { atMost: 0 })
printRow('revoked more than once', times.filter((each) => each > 1).length, { atMost: window })
const most = times.reduce((highest, each) => Math.max(highest, each), 0)
printRow('how often one at most', most, { atMost: kills.length + 1 })
