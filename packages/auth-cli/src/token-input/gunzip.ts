import { pipeline, Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'

/** A gzip with something behind its last member that is no member. */
export class TrailingDataError extends Error {
  readonly code = 'Z_TRAILING_DATA'
}

/**
 * Unpacks gzip of one member or more. zlib takes a zero byte behind a member for padding, and reads nothing of what follows; here only
 * zeros may follow it.
 *
 * @throws {TrailingDataError} when other bytes follow
 * @throws zlib's error when the data is damaged or cut off
 */
export async function* gunzip(source: AsyncIterator<Buffer, unknown>): AsyncGenerator<Buffer> {
  let fed = 0
  let contentEnd = 0
  const next = async (): Promise<Buffer | undefined> => {
    const result = await source.next()
    if (result.done) return undefined
    const length = lengthWithoutZeros(result.value)
    if (length > 0) contentEnd = fed + length
    fed += result.value.length
    return result.value
  }
  async function* chunks(): AsyncGenerator<Buffer> {
    for (let chunk = await next(); chunk; chunk = await next()) yield chunk
  }
  const unpacked = createGunzip()
  // A failure reaches the loop that reads the last stream.
  yield* pipeline(Readable.from(chunks()), unpacked, () => undefined)
  // zlib may have stopped before the end of the source.
  while (await next());
  if (contentEnd > unpacked.bytesWritten) throw new TrailingDataError('data behind the last member')
}

function lengthWithoutZeros(chunk: Buffer): number {
  let length = chunk.length
  while (length > 0 && chunk[length - 1] === 0) length -= 1
  return length
}
