import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The source of the command. */
export const sourcePath: string = fileURLToPath(new URL('../src/bin.ts', import.meta.url))

/** The environment variable that names the command as `global-setup.ts` has bundled it from this source. */
export const bundled = 'TOKENWARD_TEST_COMMAND'

const { PATH = '', NODE_COMPILE_CACHE = '', [bundled]: bundle } = process.env

/** The file that the command is started with: the bundle, or where there is none, as in a benchmark, the source. */
export const commandPath: string = bundle ?? sourcePath

/** All that the command gets of the environment of the tests. What is compiled of the bundle goes with it. */
export const environment: Readonly<Record<string, string>> = {
  PATH,
  NODE_COMPILE_CACHE: bundle === undefined ? NODE_COMPILE_CACHE : join(dirname(bundle), 'compiled'),
}
