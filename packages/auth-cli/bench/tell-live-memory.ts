// Loaded into a process before its program: at SIGUSR2 it collects what is garbage, and tells on stderr what is left.
process.on('SIGUSR2', () => {
  globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  process.stderr.write(`live: ${heapUsed + external}\n`)
})
