import { spawn } from 'node:child_process'
import { once } from 'node:events'
// A package of CommonJS whose exports Node cannot name.
import xterm from '@xterm/headless'
import { environment } from '../command-path.ts'

/** A command on a terminal, as a person at it sees it. */
export interface Screen {
  /** The lines that are not empty, as they stand there. */
  readonly lines: () => string[]
  readonly type: (keys: string) => void
  /** Resolves with the exit code, once all that was printed is on the screen. */
  readonly ended: Promise<number | null>
}

/** Starts a command on a terminal of its own, which `script` of util-linux provides, and shows what it prints. */
export function startOnScreen(
  command: readonly string[],
  columns: number,
  options: { readonly env: Record<string, string>; readonly cwd: string },
): Screen {
  const rows = 40
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true })
  const quoted = command.map((word) => `'${word}'`).join(' ')
  const line = `stty cols ${columns} rows ${rows}; exec ${quoted}`
  const child = spawn('script', ['-qefc', line, '/dev/null'], {
    ...options,
    env: { ...environment, TERM: 'xterm', SHELL: '/bin/sh', ...options.env },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  // A key may be typed after the command has ended.
  child.stdin.on('error', () => undefined)
  let written: Promise<void> = Promise.resolve()
  child.stdout.on('data', (bytes: Buffer) => {
    written = new Promise((resolve) => terminal.write(bytes, resolve))
  })
  return {
    lines() {
      const { active } = terminal.buffer
      return Array.from(
        { length: active.length },
        (_, row) => active.getLine(row)?.translateToString(true) ?? '',
      ).filter((text) => text !== '')
    },
    type: (keys) => void child.stdin.write(keys),
    ended: once(child, 'close').then(async ([code]) => {
      await written
      return code as number | null
    }),
  }
}
