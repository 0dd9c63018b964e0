import type { ReadStream } from 'node:tty'
import { CliError, exitCodes } from './exit-codes.ts'

// Arrow keys and the marks around a paste.
// oxlint-disable-next-line no-control-regex -- escape sequences begin with one
const escapeSequence = /\u001b(?:\[[\d;]*[A-Za-z~]|O[A-Z])/g

/**
 * Asks for a line on a terminal without echo. Reads raw, because a terminal in line mode cuts off at 4,096 characters.
 *
 * @returns the line; with what was pasted behind it, which would otherwise be cut off unseen
 * @throws {CliError} at Ctrl-C
 */
export async function promptHidden(
  question: string,
  input: Pick<ReadStream, 'setRawMode' | 'setEncoding' | 'on' | 'off' | 'resume' | 'pause'>,
  output: Pick<NodeJS.WritableStream, 'write'>,
): Promise<string> {
  let line = ''
  input.setRawMode(true)
  input.setEncoding('utf8')
  output.write(question)
  let stop = (): void => undefined
  try {
    return await new Promise<string>((resolve, reject) => {
      const onData = (chunk: string): void => {
        let rest = chunk.replace(escapeSequence, '')
        for (const key of rest) {
          rest = rest.slice(key.length)
          if (key === '\r' || key === '\n' || key === '\u0004')
            return resolve(`${line}\n${rest.trim()}`.trim())
          if (key === '\u0003') return reject(new CliError('interrupted', exitCodes.interrupted))
          if (key === '\u007f' || key === '\b') line = line.slice(0, -1)
          else if (key === '\u0015') line = ''
          else if (key >= ' ') line += key
        }
        return undefined
      }
      const onEnd = (): void => resolve(line)
      stop = () => void input.off('data', onData).off('end', onEnd)
      input.on('data', onData).on('end', onEnd).resume()
    })
  } finally {
    stop()
    input.setRawMode(false)
    input.pause()
    output.write('\n')
  }
}
