// Runs every benchmark, one after the other: `pnpm bench`, or `pnpm bench guards verifier` for those with one of these words in their path.
import { globSync } from 'node:fs'
import { root, runCommand } from '../test-bed/run-command.ts'

const words = process.argv.slice(2)
const benchmarks = globSync('packages/*/bench/*.bench.ts', { cwd: root }).filter(
  (file) => words.length === 0 || words.some((word) => file.includes(word)),
)
const unused = words.filter((word) => !benchmarks.some((file) => file.includes(word)))
if (unused.length > 0) throw new Error(`no benchmark has ${unused.join(' or ')} in its path`)
if (!(await runCommand('turbo', ['run', 'build'], { quiet: true }))) process.exit(1)
const missed: string[] = []
for (const file of benchmarks.sort()) {
  console.log(`\n${file}, Node ${process.version}`)
  if (!(await runCommand('node', [file]))) missed.push(file)
}
if (missed.length > 0) {
  console.error(`\nmissed a target, or failed: ${missed.join(', ')}`)
  process.exitCode = 1
}
