// Changes the code in small ways, and sees whether a test fails each time: `pnpm mutate`, `pnpm mutate auth-core`, or with words of the
// files' paths, `pnpm mutate auth-node guards/`. Files are changed in place, and put back at the end.
import { globSync } from 'node:fs'
import { matchesGlob, relative } from 'node:path'
import { Stryker } from '@stryker-mutator/core'
import { root } from '../test-bed/run-command.ts'
import { type Goal, goals } from './goals.ts'
import { compareSurvivors, describeMutant, isNoticed, type Mutant, scoreOf } from './judge.ts'
import { survivors } from './survivors.ts'

// A time zone in which a test notices UTC that is read as local time: the threads that Stryker runs tests in cannot change theirs.
process.env['TZ'] = 'Asia/Shanghai'

const [packageName, ...words] = process.argv.slice(2)
const all = globSync(
  goals.flatMap(({ files }) => files),
  { cwd: root },
).sort()
const wanted = all.filter(
  (file) =>
    (packageName === undefined || file.startsWith(`packages/${packageName}/`)) &&
    (words.length === 0 || words.some((word) => file.includes(word))),
)
if (wanted.length === 0)
  throw new Error('no file with a goal is in that package and has one of those words in its path')

const folderOf = (file = ''): string => file.split('/').slice(0, 2).join('/')

/** The tests that must notice changes to a file. */
function testsOf(file = ''): Goal['tests'] {
  return goals.find(({ files }) => files.some((glob) => matchesGlob(file, glob)))?.tests
}

/** Changes files of one package, and runs the tests that must notice. */
async function mutate(files: readonly string[], tests: Goal['tests']): Promise<readonly Mutant[]> {
  const folder = folderOf(files[0])
  process.chdir(`${root}${folder}`)
  // Not by Stryker's `testFiles`, with which it never switches on a change to what a module does when it is loaded.
  if (tests) process.env['TOKENWARD_MUTATE_TESTS'] = tests.join(' ')
  else delete process.env['TOKENWARD_MUTATE_TESTS']
  const stryker = new Stryker({
    mutate: files.map((file) => relative(folder, file)),
    // The packages find each other, and the set-up of the tests, by where they lie.
    inPlace: true,
    tempDirName: 'node_modules/.stryker',
    testRunner: 'vitest',
    plugins: [import.meta.resolve('@stryker-mutator/vitest-runner')],
    vitest: { configFile: `${root}scripts/mutate/vitest.config.ts`, related: false },
    coverageAnalysis: 'perTest',
    // A machine that is busy must not count as a test that notices. A test that waits for ever ends by its own time before that.
    timeoutMS: 60_000,
    // Vitest removes types without reading them.
    disableTypeChecks: false,
    allowConsoleColors: false,
    reporters: ['progress-append-only'],
  })
  const results = await stryker.runMutationTest()
  return results.map((mutant) => ({ ...mutant, fileName: relative(root, mutant.fileName) }))
}

const mutants: Mutant[] = []
const runs = Map.groupBy(wanted, (file) => JSON.stringify([folderOf(file), testsOf(file)]))
for (const files of runs.values()) mutants.push(...(await mutate(files, testsOf(files[0]))))
process.chdir(root)

const { unlisted, noticed } = compareSurvivors(mutants, survivors, wanted)
for (const file of wanted) {
  const own = mutants.filter(({ fileName }) => fileName === file)
  if (own.length > 0)
    console.log(`${scoreOf(own, survivors).toFixed(1).padStart(5)} % of ${own.length} in ${file}`)
}
// Each should be a loop without end. One that is not would tell of a slow machine.
for (const mutant of mutants.filter(({ status }) => status === 'Timeout'))
  console.log(`\nno test ends:\n${describeMutant(mutant)}`)
for (const mutant of unlisted) console.error(`\nno test notices:\n${describeMutant(mutant)}`)
for (const { file, line } of noticed)
  console.error(`\nis listed in survivors.ts, and a test notices it, or it is gone: ${file}: ${line}`)
for (const { files, least } of goals) {
  const own = mutants.filter(({ fileName }) => files.some((glob) => matchesGlob(fileName, glob)))
  if (own.length === 0) continue
  const score = scoreOf(own, survivors)
  console.log(
    `${score >= least ? 'ok    ' : 'MISSED'} ${score.toFixed(1)} % (at least ${least}) of ${files.join(', ')}`,
  )
  if (score < least) process.exitCode = 1
}
console.log(`${mutants.filter(isNoticed).length} of ${mutants.length} changes are noticed`)
if (unlisted.length > 0 || noticed.length > 0) process.exitCode = 1
