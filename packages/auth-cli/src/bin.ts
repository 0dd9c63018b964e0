#!/usr/bin/env node
import { run } from './commands/program.ts'
import { watchOutput } from './terminal/watch-output.ts'

watchOutput()
process.exitCode = await run(process.argv.slice(2))
