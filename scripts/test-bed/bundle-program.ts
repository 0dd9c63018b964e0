// Writes a program and all that it imports as few files, for tests that start it often.
import { build } from 'vite'
import sourceConditions from './source-conditions.ts'

/**
 * Writes the program of a source file, such as `src/bin.ts`, into a folder as `bin.mjs`. It starts in half the processor time: from the
 * sources, Node finds and reads some two hundred files, and takes the types out of them.
 */
export async function bundleProgram(source: string, folder: string): Promise<void> {
  await build({
    ...sourceConditions,
    ssr: { ...sourceConditions.ssr, noExternal: true },
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: source,
      outDir: folder,
      target: 'es2022',
      minify: false,
      rolldownOptions: { output: { entryFileNames: '[name].mjs', chunkFileNames: '[name].mjs' } },
    },
  })
}
