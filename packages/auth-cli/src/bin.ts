#!/usr/bin/env node
import { run } from './commands/program.ts'

// A reader that has seen enough, such as `head`, is no failure.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
process.exitCode = await run(process.argv.slice(2))
