// Runs every benchmark, one after the other: `pnpm bench`, or `pnpm bench verifier` for those with that word in their path.
import { globSync } from 'node:fs'
import { root, runCommand } from '../test-bed/run-command.ts'

const [word = ''] = process.argv.slice(2)
const benchmarks = globSync('packages/*/bench/*.bench.ts', { cwd: root }).filter((file) =>
  file.includes(word),
)
if (benchmarks.length === 0) throw new Error('no benchmark has that word in its path')
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
