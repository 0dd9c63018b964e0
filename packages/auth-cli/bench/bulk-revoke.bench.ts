// Revokes and confirms 100,000 tokens with the CLI and with a bare undici loop of the same concurrency, in turn, against a mock in a
// process of its own: rates, their ratio (target: at least 0.8), the processor time of each, and the CLI's memory on the way.
import { type ChildProcess, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startAuthMock } from '@tokenward/auth-mock'
import { printRow } from '@tokenward/scripts/bench/measure'
import { Agent, request } from 'undici'
import { processorSeconds, residentMb } from './process-figures.ts'

const [role, ...argv] = process.argv.slice(2)
const tokenCount = Number(process.env.TOKENS ?? 100_000)
const concurrency = Number(process.env.CONCURRENCY ?? 32)
const rounds = Number(process.env.ROUNDS ?? 2)
const bin = new URL('../dist/bin.js', import.meta.url).pathname

/** The service: writes the file of tokens, and tells on demand how many of them are alive. */
async function serve(file: string): Promise<void> {
  const mock = await startAuthMock()
  const tokens = Array.from({ length: tokenCount }, () => mock.issueToken({ signed: false }))
  writeFileSync(file, tokens.join('\n'))
  process.on('message', () => {
    process.send?.(mock.tokens().filter(({ state }) => state === 'active').length)
  })
  process.send?.(mock.url)
}

/**
 * The floor: a bare loop over `undici.request`. It does what no such loop can leave out: it sends both requests, reads both answers, and
 * looks at their status, without which an empty object of an outage would count as proof. It has no deadline, no retries, no journal and no
 * report, and it neither finds a repeated line nor looks at what a token says of itself: these are what the CLI is measured for.
 */
async function loop(url: string, file: string): Promise<void> {
  const tokens = readFileSync(file, 'utf8').split('\n').values()
  const dispatcher = new Agent({ connections: concurrency })
  async function work(): Promise<void> {
    for (const token of tokens) {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
      const body = JSON.stringify({ token })
      const revoked = await request(`${url}/auth/v1/revoke`, { method: 'POST', headers, body, dispatcher })
      await revoked.body.json()
      if (revoked.statusCode !== 200) throw new Error('a token was not revoked')
      const verified = await request(`${url}/auth/v1/token/introspect`, {
        headers: { authorization: headers.authorization },
        dispatcher,
      })
      const answer = JSON.stringify(await verified.body.json())
      if (verified.statusCode !== 200 || answer !== '{}') throw new Error('a token is alive')
    }
  }
  await Promise.all(Array.from({ length: concurrency }, work))
}

/** What one contestant has reached. */
interface Measured {
  readonly perSecond: number
  /** Its own processor time, which says more than the rate where the machine has other work. */
  readonly usPerToken: number
}

/** Runs one contestant against a fresh mock, and checks that it left no token alive. */
async function measure(name: string, start: (url: string, file: string) => ChildProcess): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'bulk-revoke-'))
  const file = join(folder, 'tokens.txt')
  const mock = fork(import.meta.filename, ['serve', file])
  try {
    const [url] = (await once(mock, 'message')) as [string]
    const begin = performance.now()
    const child = start(url, file)
    const samples: number[] = []
    let peak = 0
    let seconds = Number.NaN
    const timer = setInterval(() => {
      samples.push(residentMb(child, 'VmRSS'))
      peak = residentMb(child, 'VmHWM') || peak
      seconds = processorSeconds(child) || seconds
    }, 200)
    const [code] = (await once(child, 'exit')) as [number]
    clearInterval(timer)
    const perSecond = tokenCount / ((performance.now() - begin) / 1_000)
    mock.send('alive?')
    const [alive] = (await once(mock, 'message')) as [number]
    if (code !== 0 || alive !== 0) throw new Error(`${name} ended with code ${code}, ${alive} tokens alive`)
    const usPerToken = (seconds / tokenCount) * 1_000_000
    const quarters = [0.25, 0.5, 0.75, 0.95].map((share) => samples[Math.floor(samples.length * share)] ?? 0)
    console.log(
      `${name.padEnd(23)} ${perSecond.toFixed(0).padStart(6)} tokens/s   ${usPerToken.toFixed(0).padStart(4)} µs of processor time ` +
        `a token   peak ${peak.toFixed(0)} MB, on the way ${quarters.map((mb) => mb.toFixed(0)).join(' ')}`,
    )
    return { perSecond, usPerToken }
  } finally {
    mock.kill()
    rmSync(folder, { recursive: true })
  }
}

if (role === 'serve') await serve(argv[0] ?? '')
else if (role === 'loop') await loop(argv[0] ?? '', argv[1] ?? '')
else {
  console.log(`${tokenCount} tokens, revoked and confirmed, ${concurrency} at a time`)
  const sums = { undici: 0, cli: 0, undiciUs: 0, cliUs: 0 }
  for (let round = 0; round < rounds; round += 1) {
    const bare = await measure('bare undici loop', (url, file) =>
      fork(import.meta.filename, ['loop', url, file]),
    )
    const options = ['--confirm', `--concurrency=${concurrency}`, '--json']
    const ours = await measure('revoke --file --confirm', (url, file) =>
      spawn(process.execPath, [bin, 'revoke', '--base-url', url, '--file', file, ...options], {
        stdio: 'ignore',
      }),
    )
    sums.undici += bare.perSecond
    sums.cli += ours.perSecond
    sums.undiciUs += bare.usPerToken
    sums.cliUs += ours.usPerToken
  }
  console.log(`by processor time: ours ÷ bare undici loop: ${(sums.undiciUs / sums.cliUs).toFixed(2)}`)
  printRow('ours ÷ bare undici loop', sums.cli / sums.undici, { atLeast: 0.8 })
}
