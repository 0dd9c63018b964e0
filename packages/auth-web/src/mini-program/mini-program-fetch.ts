import { assertArgument, type Fetch, type FetchResponse } from '@tokenward/auth-core'
import type { MiniProgram, MiniProgramAnswer, MiniProgramTask } from './mini-program.ts'

/**
 * Sends requests with the mini-program's `request`, which hands over the whole body at once. A redirect is refused from WeChat's base
 * library 3.2.2 on; older ones follow it.
 */
export function createMiniProgramFetch(platform: MiniProgram): Fetch {
  return (url, { method, headers, body, signal }) =>
    new Promise((resolve, reject) => {
      let task: MiniProgramTask | void
      const giveUp = (): void => {
        task?.abort?.()
        reject(signal.reason)
      }
      const stopListening = (): void => signal.removeEventListener('abort', giveUp)
      signal.addEventListener('abort', giveUp)
      task = platform.request({
        url,
        method: method as 'GET' | 'POST',
        header: headers,
        ...(body !== null && { data: body }),
        responseType: 'arraybuffer',
        redirect: 'manual',
        success(answer) {
          stopListening()
          resolve(Promise.resolve(answer).then(toResponse))
        },
        fail({ errMsg }) {
          stopListening()
          // Such as "request:fail url not in domain list", which becomes the reason of the network error.
          reject({ code: errMsg })
        },
      })
      // Taro's task is a promise as well. Its rejection repeats what `fail` has told.
      Promise.resolve(task).catch(() => undefined)
    })
}

function toResponse({ statusCode, header, data }: MiniProgramAnswer): FetchResponse {
  const headers = new Map(Object.entries(header).map(([name, value]) => [name.toLowerCase(), String(value)]))
  const get = (name: string): string | null => headers.get(name.toLowerCase()) ?? null
  const response = { status: statusCode, headers: { get } }
  if (typeof data === 'string') return { ...response, text: () => Promise.resolve(data) }
  assertArgument('platform', 'byteLength' in data, 'must answer with bytes or text')
  return { ...response, bytes: () => Promise.resolve(new Uint8Array(data as ArrayBuffer)) }
}
