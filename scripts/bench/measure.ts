// What every benchmark needs: interleaved runs, and one way to print a row.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Returns the middle one of the sorted values; of an even number, the upper one of the two in the middle. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

// `runRounds` collects garbage before each run, so that no contestant pays for the garbage of the one before it.
setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/**
 * Runs all contestants once in each round, so that a slow moment of the machine hits all of them. Each round begins with the next
 * contestant, so that none of them is always first.
 */
export async function runRounds<Name extends string, Value>(
  rounds: number,
  contestants: Readonly<Record<Name, () => Promise<Value>>>,
): Promise<Record<Name, Value>[]> {
  const all = Object.entries(contestants) as [Name, () => Promise<Value>][]
  const results: Record<Name, Value>[] = []
  for (let round = 0; round < rounds; round += 1) {
    const first = round % all.length
    const values: [Name, Value][] = []
    for (const [name, run] of [...all.slice(first), ...all.slice(0, first)]) {
      collectGarbage()
      values.push([name, await run()])
    }
    results.push(Object.fromEntries(values) as Record<Name, Value>)
  }
  return results
}

/** Returns the median of each contestant over `rounds` rounds, after one round more as a warm-up. */
export async function interleave<Name extends string>(
  rounds: number,
  contestants: Readonly<Record<Name, () => Promise<number>>>,
): Promise<Record<Name, number>> {
  const [, ...results] = await runRounds(rounds + 1, contestants)
  const names = Object.keys(contestants) as Name[]
  return Object.fromEntries(
    names.map((name) => [name, median(results.map((values) => values[name]))]),
  ) as Record<Name, number>
}

/** Prints one figure beside its target. A missed target makes the process end with exit code 1. */
export function printRow(
  what: string,
  value: number,
  target: { atLeast: number } | { atMost: number },
): void {
  const holds = 'atLeast' in target ? value >= target.atLeast : value <= target.atMost
  const limit = 'atLeast' in target ? `≥ ${target.atLeast}` : `≤ ${target.atMost}`
  console.log(`${holds ? 'met   ' : 'MISSED'} ${what}: ${value.toFixed(2)} (target ${limit})`)
  if (!holds) process.exitCode = 1
}

/** Prints the contestants' own figures. */
export function printFigures(what: string, unit: string, figures: Readonly<Record<string, number>>): void {
  const list = Object.entries(figures).map(([name, value]) => `${name} ${value.toFixed(2)}`)
  console.log(`\n${what}, ${unit}: ${list.join(' · ')}`)
}

/**
 * Checks that all contestants gave the same answer.
 *
 * @throws {Error} when they did not
 */
export function assertSame(what: string, answers: Readonly<Record<string, unknown>>): void {
  const texts = Object.entries(answers).map(([name, answer]) => [name, JSON.stringify(answer)] as const)
  const wrong = texts.filter(([, text]) => text !== texts[0]?.[1])
  if (wrong.length > 0) throw new Error(`${what}: ${texts.map((text) => text.join(' says ')).join(', ')}`)
}
