// verifyToken over HTTP: the mock beside Prism and beside a bare node:http server with one fixed answer; and how soon a fresh process listens.
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { operations } from '@tokenward/auth-core'
import { getRequest, load, type Served } from '@tokenward/scripts/bench/load'
import { assertSame, median, printFigures, printRow, runRounds } from '@tokenward/scripts/bench/measure'
import type { Started } from './one-server.ts'

const { path } = operations.verifyToken
const children: ChildProcess[] = []

interface Server extends Started {
  readonly child: ChildProcess
}

async function start(role: string): Promise<Server> {
  const child = fork(new URL('one-server.ts', import.meta.url), [role])
  children.push(child)
  const [started] = (await once(child, 'message')) as [Started]
  return { ...started, child }
}

async function ask({ url, token }: Started): Promise<string> {
  const response = await fetch(url + path, { headers: { authorization: `Bearer ${token}` } })
  return response.text()
}

try {
  const servers = { mock: await start('mock'), Prism: await start('prism'), floor: await start('floor') }
  const answerEnd = await ask(servers.mock)
  assertSame('verifyToken', {
    mock: answerEnd,
    Prism: await ask(servers.Prism),
    floor: await ask(servers.floor),
  })

  for (const connections of [1, 32]) {
    const run = (name: keyof typeof servers) => (): Promise<Served> => {
      const { url, token, child } = servers[name]
      const requests = [getRequest(path, token)]
      return load({
        server: child,
        port: Number(new URL(url).port),
        requests,
        answerEnd,
        connections,
        ms: 500,
      })
    }
    const contestants = { mock: run('mock'), Prism: run('Prism'), floor: run('floor') }
    const [, ...rounds] = await runRounds(10, contestants)
    const middles = (by: keyof Served): Record<keyof typeof servers, number> => ({
      mock: median(rounds.map(({ mock }) => mock[by])),
      Prism: median(rounds.map(({ Prism }) => Prism[by])),
      floor: median(rounds.map(({ floor }) => floor[by])),
    })
    const figures = middles('perSecond')
    printFigures(`verifyToken, ${connections} at once`, 'requests per second', figures)
    console.log(
      `the floor, a bare node:http server, ÷ Prism: ${(figures.floor / figures.Prism).toFixed(2)}, ` +
        `mock ÷ floor: ${(figures.mock / figures.floor).toFixed(2)}`,
    )
    // What each server can do by itself: where it shares its core with the load, that is most of the figures above.
    const own = middles('perProcessorSecond')
    console.log(
      `requests per second of the server's own processor time: mock ÷ Prism ${(own.mock / own.Prism).toFixed(2)}, ` +
        `floor ÷ Prism ${(own.floor / own.Prism).toFixed(2)}`,
    )
    const ratio = figures.mock / figures.Prism
    // One at a time, the way there and back is most of it: the floor itself does not reach 10.
    if (connections === 1) console.log(`mock ÷ Prism: ${ratio.toFixed(2)}`)
    else printRow('mock ÷ Prism', ratio, { atLeast: 10 })
  }
  for (const child of children.splice(0)) child.kill()

  const starts: { readonly ms: number; readonly wholeMs: number }[] = []
  for (let round = 0; round < 15; round += 1) {
    const begin = performance.now()
    const { ms } = await start('start')
    starts.push({ ms, wholeMs: performance.now() - begin })
    children.pop()?.kill()
  }
  const wholeMs = median(starts.map((each) => each.wholeMs))
  console.log(`\na fresh process, from its start to listening: ${wholeMs.toFixed(0)} ms, Node's own included`)
  const ms = median(starts.map((each) => each.ms))
  printRow('import and startAuthMock() to listening, ms', ms, { atMost: 150 })
} finally {
  for (const child of children) child.kill()
}
