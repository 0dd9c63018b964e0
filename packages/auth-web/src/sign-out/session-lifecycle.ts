import { type AuthClient, readTokenExpiry, type VerifyTokenResult } from '@tokenward/auth-core'
import { orUndefined } from '../browser/or-undefined.ts'
import { onPage } from '../browser/browser-client.ts'
import { readLocal, writeLocal } from '../browser/local-storage.ts'
import { fingerprint, userOf } from '../session/fingerprint.ts'
import type { PendingRevocations } from './waiting-revocations.ts'
import type { Session } from '../session/session.ts'
import { endSession, readToken, type SignOutOptions, type SignOutResult } from './end-session.ts'

/** Where a session ended. */
export interface SignedOutEvent {
  /** `back_forward_cache`: while this page lay there. `service`: `watchSession` found the token dead. */
  readonly source: 'this_tab' | 'other_tab' | 'back_forward_cache' | 'service'
}

/** Sign-out, and what belongs to it. */
export interface SessionControl {
  /**
   * Ends the session: clears it here and in the other tabs, then revokes the token and asks until it is proven dead.
   *
   * The first half is done when the call returns; the promise tells of the second. Harmless when repeated, in two tabs at once,
   * or with nobody signed in.
   *
   * @returns what it came to; never rejects for anything remote
   */
  readonly signOut: (options?: SignOutOptions) => Promise<SignOutResult>
  /**
   * Runs a sign-in or a refresh, and keeps the token it resolves to. Where the user has signed out meanwhile, or somebody else has
   * signed in, the late token is revoked instead.
   *
   * @param work resolves to the new access token
   * @returns whether the token was kept
   * @throws what `work` throws
   */
  readonly updateSession: (work: () => Promise<string>) => Promise<boolean>
  /**
   * Calls a function when the session of this page has ended, wherever that happened.
   *
   * @returns a function that ends it
   */
  readonly onSignedOut: (listener: (event: SignedOutEvent) => void) => () => void
  /**
   * Asks the service now and then, and whenever the page becomes visible, whether the token still lives, and signs out when the
   * service rejects it. An outage signs nobody out, and neither does this machine's clock.
   *
   * `everyMs` is in milliseconds, 1,000 to 2,147,483,647: timers take what is longer, such as `Infinity`, as no time at all.
   *
   * @returns a function that ends it
   */
  readonly watchSession: (options: { readonly everyMs: number }) => () => void
  /** Counts the revocations that are not done yet. */
  readonly pendingRevocations: () => number
}

/** Ties a session to the service and to the other tabs. */
export function controlSession(
  auth: AuthClient,
  session: Session,
  { add, count }: PendingRevocations,
  name: string,
): SessionControl {
  const listeners = new Set<(event: SignedOutEvent) => void>()
  // The fingerprint of the last token that updateSession has kept, in whichever tab.
  const keptName = `${name}_kept`
  // All of them: storage may show an older mark once more after the channel has brought a newer one.
  const seen = [readLocal(name)]
  let channel: BroadcastChannel | undefined
  // Counts the sign-outs of this tab, so that an answer can tell whether one came after its question.
  let generation = 0
  let shown = ''
  let kept: string | undefined
  // Not `undefined`: what is no mark names no token either.
  let replaced: string | null = null

  const read = (): string => readToken(session)

  const tell = (source: SignedOutEvent['source']): void => {
    for (const listener of listeners) queueMicrotask(() => listener({ source }))
  }
  const receive = (mark: string | null | undefined): void => {
    if (!mark || seen.includes(mark)) return
    seen.push(mark)
    const [user, token] = mark.split('.')
    const current = read()
    const isMine = fingerprint(current) === token
    // Where all tabs share one session, another token of the same user is a newer one.
    const isOurs = session.shared ? !current : fingerprint(userOf(current)) === user
    if (isMine || isOurs || replaced === token) {
      orUndefined(() => session.clear())
      // A page in the back/forward cache tells when it is shown again.
      if (!shown) tell('other_tab')
      if (current && !isMine) void add(current)
    }
  }
  const catchUp = (): void => receive(readLocal(name))
  // Storage events do it alone where there is no channel: in old browsers and workers of the edge, and where it is refused.
  const listen = (): unknown =>
    orUndefined(() => {
      addEventListener('storage', catchUp)
      // Throws on a server, Deno and Bun included, which has no location, and whose process a channel would keep alive.
      channel = location && new BroadcastChannel(name)
      channel.addEventListener('message', ({ data }: MessageEvent<string>) => receive(data))
    })
  const end = async (source: SignedOutEvent['source'], timeoutMs?: number): Promise<SignOutResult> => {
    generation += 1
    const token = read()
    if (!token && count()) return { local: 'absent', remote: 'pending' }
    const result = await endSession(
      session,
      name,
      () => add(token, timeoutMs),
      (mark) => {
        seen.push(mark)
        // While the page closes, the channel is closed already. It has no target origin: it reaches this one alone.
        // oxlint-disable-next-line unicorn/require-post-message-target-origin
        orUndefined(() => channel?.postMessage(mark))
        tell(source)
      },
    )
    const next = read()
    // A refresh that was in flight, not through updateSession, has written the same user back.
    const isBack = next !== token && next !== kept && userOf(next) === userOf(token)
    return isBack && readLocal(keptName) !== fingerprint(next) ? end(source, timeoutMs) : result
  }

  listen()
  onPage('pagehide', () => {
    shown = read()
    // An open channel keeps a page out of the back/forward cache in some engines.
    channel?.close()
  })
  onPage('pageshow', ({ persisted }) => {
    if (!persisted) return
    listen()
    catchUp()
    if (shown && userOf(shown) !== userOf(read())) tell('back_forward_cache')
    shown = ''
  })

  return {
    signOut: ({ timeoutMs } = {}) => end('this_tab', timeoutMs),
    async updateSession(work) {
      const started = generation
      const before = read()
      const token = await work()
      // A token that names nobody may be anybody's: it follows none but the one that was there.
      const isRefresh = userOf(token) === token || userOf(token) === userOf(before)
      if (generation === started && (!isRefresh || read() === before)) {
        if (isRefresh) replaced = fingerprint(before)
        writeLocal(keptName, fingerprint(token))
        orUndefined(() => {
          session.write((kept = token))
          // Components look again; a server has no page to tell.
          dispatchEvent(new Event('tokenward'))
        })
        catchUp()
      }
      if (read() !== token) void add(token)
      return read() === token
    },
    onSignedOut: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    watchSession({ everyMs }) {
      const look = (): void => {
        const token = read()
        if (!token || globalThis.document?.hidden) return
        const judge = (verdict: VerifyTokenResult): void => {
          // A token whose time is up waits for its refresh; nobody has ended the session.
          const isOver = Number(readTokenExpiry(token)) <= Date.now()
          if (!isOver && read() === token && !verdict.active && verdict.reason === 'rejected')
            void end('service')
        }
        auth
          .verifyToken(token)
          .then(judge)
          .catch(() => undefined)
      }
      const timer = setInterval(look, everyMs)
      const stop = onPage('visibilitychange', look)
      return () => {
        clearInterval(timer)
        stop()
      }
    },
    pendingRevocations: count,
  }
}
