/** A change that no test notices. */
export interface Survivor {
  /** From the root of the workspace. */
  readonly file: string
  /** The whole line that it begins on, without the blanks around it. */
  readonly line: string
  /** What takes the place of the changed part, in one change or in several. */
  readonly becomes: string | readonly string[]
  /** Why no test notices: the two behave alike, or what it would take to tell them apart. */
  readonly reason: string
  /** The behaviour is the same, so that no test can tell: the change does not count. */
  readonly isEquivalent: boolean
}

/** `pnpm mutate` fails for a survivor that is missing here, and for one that is here and was noticed. */
export const survivors: readonly Survivor[] = [
  {
    file: 'packages/auth-core/src/errors/or-undefined.ts',
    line: '} catch {',
    becomes: '{}',
    reason: 'A function without a return statement returns undefined.',
    isEquivalent: true,
  },
  {
    file: 'packages/auth-core/src/errors/redact.ts',
    line: 'while (index < text.length) {',
    becomes: 'index <= text.length',
    reason: 'At the end of the text there is no character left to show.',
    isEquivalent: true,
  },
  {
    file: 'packages/auth-core/src/client/options.ts',
    line: "(text) => isSafeUrl(allowInsecureHttp ? text.replace(/^http:/i, 'https:') : text),",
    becomes: '/http:/i',
    reason: 'What does not begin with `http:` is judged the same with or without an s further on.',
    isEquivalent: true,
  },
  {
    file: 'packages/auth-core/src/request/read-body.ts',
    line: 'if (chunks.length <= 1) return strictDecoder.decode(chunks[0])',
    becomes: ['false', 'chunks.length < 1'],
    reason: 'A decoder of its own reads a single chunk the same, and takes several times as long.',
    isEquivalent: true,
  },
  {
    file: 'packages/auth-core/src/request/send.ts',
    line: 'if (onRequest) orUndefined(() => onRequest({ operation, method, path, attempt }))',
    becomes: 'true',
    reason: 'What an observer throws is ignored, and so is that there is none.',
    isEquivalent: true,
  },
  {
    file: 'packages/auth-core/src/request/send.ts',
    line: 'if (onResponse) {',
    becomes: 'true',
    reason: 'What an observer throws is ignored, and so is that there is none.',
    isEquivalent: true,
  },
  {
    file: 'packages/auth-core/src/request/abort-listeners.ts',
    line: 'const waiting = listeners.get(event.currentTarget as AbortSignal) ?? []',
    becomes: '["Stryker was here"]',
    reason: 'A signal that is listened to has an entry; the types want to know.',
    isEquivalent: true,
  },
  {
    file: 'packages/auth-core/src/verdict/token.ts',
    line: String.raw`const plainExpiry = /^{[^{\\]*?"exp":(\d+)[,}]/`,
    becomes: [String.raw`/^{[^{\\]"exp":(\d+)[,}]/`, String.raw`/^{[^{\\]*?"exp":(\d)[,}]/`],
    reason: 'What the pattern does not match is parsed, which finds the same expiry.',
    isEquivalent: true,
  },
  {
    file: 'packages/auth-core/src/verdict/revocations.ts',
    line: 'if (revokedUntil.size === 0) return false',
    becomes: 'false',
    reason: 'No token is found among none; each check is spared a fingerprint.',
    isEquivalent: true,
  },
  {
    file: 'packages/auth-core/src/verdict/revocations.ts',
    line: 'for (let index = 0; index < token.length; index += 1) {',
    becomes: 'index <= token.length',
    reason: 'The hash takes one more step, the same for every token.',
    isEquivalent: true,
  },
  {
    file: 'packages/auth-node/src/client/kept-connections.ts',
    line: "const [name = ''] = Object.entries(sockets).find(([, busy]) => busy?.includes(silent)) ?? []",
    becomes: ['"Stryker was here!"', '["Stryker was here"]'],
    reason: 'No service has a name like that, as none has an empty one.',
    isEquivalent: true,
  },
  {
    file: 'packages/auth-node/src/client/node-body.ts',
    line: "if (!message.complete) message.once('readable', wake)",
    becomes: 'true',
    reason:
      'Node marks a message as complete and tells its end in one step, so that after it no data comes: the listener would look again at what is already known, once an answer.',
    isEquivalent: true,
  },
  {
    file: 'packages/auth-node/src/client/node-fetch.ts',
    line: 'if (!targets.has(url)) targets.set(url, findTarget(url, agent, kept))',
    becomes: 'true',
    reason: 'A target that is made anew is the same; each request is spared the reading of its URL.',
    isEquivalent: true,
  },
  {
    file: 'packages/auth-node/src/client/node-fetch.ts',
    line: String.raw`options: { protocol, hostname: hostname.replace(/^\[|]$/g, ''), port, path: pathname + search },`,
    becomes: [String.raw`/\[|]$/g`, String.raw`/^\[|]/g`],
    reason: 'The host of a URL has brackets at both ends, or none at all.',
    isEquivalent: true,
  },
  {
    file: 'packages/auth-node/src/guards/challenge.ts',
    line: "const retryAfterMs = cause.code === 'api' ? cause.retryAfterMs : undefined",
    becomes: 'true',
    reason: 'No other error has the field.',
    isEquivalent: true,
  },
  {
    file: 'packages/auth-node/src/guards/find-objection.ts',
    line: "return (Object.hasOwn(token, claim) && token[claim]) || ''",
    becomes: '"Stryker was here!"',
    reason: 'A claim that is missing names no application and no scope in either way.',
    isEquivalent: true,
  },
  {
    file: 'packages/auth-node/src/guards/find-objection.ts',
    line: 'if (last?.scope !== scope) last = { scope, objection: judgeScope(scope) }',
    becomes: 'true',
    reason: 'The scope of the token before is only spared a second look.',
    isEquivalent: true,
  },
  {
    file: 'packages/auth-node/src/guards/from-web-socket-protocol.ts',
    line: "if (isToken) tokens.push('')",
    becomes: '"Stryker was here!"',
    reason: 'Three words are no token, as none are.',
    isEquivalent: true,
  },
  {
    file: 'packages/auth-node/src/guards/node-request.ts',
    line: "let authorization = textOf(headers.authorization, 'authorization')",
    becomes: '""',
    reason: 'Only the lists of the header `cookie` are joined in another way.',
    isEquivalent: true,
  },
  {
    file: 'packages/auth-node/src/guards/node-request.ts',
    line: "if (name.length !== 13 || index % 2 === 1 || name.toLowerCase() !== 'authorization') return",
    becomes: 'false',
    reason: 'No other length has the name; each header is spared a copy in lower case.',
    isEquivalent: true,
  },
  {
    file: 'packages/auth-node/src/guards/page-origin.ts',
    line: 'if (origin === undefined || !URL.canParse(origin)) return false',
    becomes: 'false',
    reason: '`undefined` is no URL either; the types want to know.',
    isEquivalent: true,
  },
  {
    file: 'packages/auth-node/src/guards/token-source.ts',
    line: "if (authorization.includes(',') && /,\\s*bearer\\b/i.test(authorization)) return several",
    becomes: '""',
    reason: 'The pattern wants a comma itself, and takes several times as long to miss it.',
    isEquivalent: true,
  },
  {
    file: 'packages/auth-node/src/guards/token-source.ts',
    line: 'if (finds.length === 1 && isAuthorizationRead)',
    becomes: 'false',
    reason: 'The way for several places finds the same, with more to allocate for each request.',
    isEquivalent: true,
  },
  {
    file: 'packages/auth-node/src/memory/alarm.ts',
    line: 'if (timer !== undefined && ringsAt <= now + waitMs && ringsAt > now - heartbeatMs) return',
    becomes: 'ringsAt < now + waitMs',
    reason: 'A timer is replaced by one that rings at the same time.',
    isEquivalent: true,
  },
  {
    file: 'packages/auth-node/src/memory/cut-offs.ts',
    line: 'const isTime = issuedAt !== undefined && issuedAt <= now() + mostAheadMs',
    becomes: 'true',
    reason: '`undefined` is below no number either; the types want to know.',
    isEquivalent: true,
  },
  {
    file: 'packages/auth-node/src/memory/due-queue.ts',
    line: 'if (position === 0 || !parent || parent.dueAt <= item.dueAt) break',
    becomes: ['position === 0 && !parent', 'false', 'parent.dueAt < item.dueAt'],
    reason:
      'There is no parent above the first place. An item that moves up too far moves down again, and items that are due at once come in any order.',
    isEquivalent: true,
  },
  {
    file: 'packages/auth-node/src/memory/due-queue.ts',
    line: 'const child = left && right && right.dueAt < left.dueAt ? right : left',
    becomes: 'right.dueAt <= left.dueAt',
    reason: 'Items that are due at once come in any order.',
    isEquivalent: true,
  },
  {
    file: 'packages/auth-node/src/memory/due-queue.ts',
    line: 'if (!child || child.dueAt >= item.dueAt) break',
    becomes: 'child.dueAt > item.dueAt',
    reason: 'Items that are due at once come in any order.',
    isEquivalent: true,
  },
  {
    file: 'packages/auth-node/src/memory/service-clock.ts',
    line: 'if (issuedAt !== undefined && issuedAt <= now() + mostAheadMs)',
    becomes: 'true',
    reason: '`undefined` is below no number either; the types want to know.',
    isEquivalent: true,
  },
  {
    file: 'packages/auth-node/src/memory/token-key.ts',
    line: "if (hash) return (token) => hash('sha256', token, 'binary')",
    becomes: 'false',
    reason: 'The older function of Node makes the same key, and takes longer.',
    isEquivalent: true,
  },
  {
    file: 'packages/auth-node/src/verifier/create-token-verifier.ts',
    line: "typeof key === 'string' ? verify.findInMemory(key) : undefined",
    becomes: 'true',
    reason: 'Memory knows nothing under a promise; the types want to know.',
    isEquivalent: true,
  },
  {
    file: 'packages/auth-node/src/verifier/create-token-verifier.ts',
    line: "typeof key === 'string'",
    becomes: ['false', '""'],
    reason: 'A key that is there can be awaited as well; each check is spared these steps.',
    isEquivalent: true,
  },
  {
    file: 'packages/auth-node/src/verifier/create-token-verifier.ts',
    line: "return 'then' in verdict ? await verdict : verdict",
    becomes: '""',
    reason:
      'An answer that is returned as a promise takes two steps more to the caller, in which a revocation could be noted: only chance would show it.',
    isEquivalent: false,
  },
  {
    file: 'packages/auth-node/src/verifier/create-token-verifier.ts',
    line: 'if (verifyOptions) assertVerifyTokenOptions(verifyOptions)',
    becomes: 'true',
    reason:
      'Options that are left out are in order; the check of each token in memory is spared a look at them.',
    isEquivalent: true,
  },
  {
    file: 'packages/auth-node/src/verifier/known-revocations.ts',
    line: 'cutOffs.size() > 0 && cutOffs.rejects(userOf(effects.serviceUrl(), sub), issuedAt)',
    becomes: ['true', 'cutOffs.size() >= 0'],
    reason: 'Without cut-offs none rejects a user; each check is spared a text.',
    isEquivalent: true,
  },
  {
    file: 'packages/auth-node/src/verifier/known-revocations.ts',
    line: 'if (cutOffs.size() === 0) return false',
    becomes: 'false',
    reason: 'Without cut-offs none rejects a user; each check is spared the claims of its token.',
    isEquivalent: true,
  },
  {
    file: 'packages/auth-node/src/verifier/verify-token.ts',
    line: 'if (options !== noWait) assertVerifyTokenOptions(options)',
    becomes: 'true',
    reason: 'No options are in order; each check is spared a look at them.',
    isEquivalent: true,
  },
  {
    file: 'packages/auth-node/src/verifier/watched-tokens.ts',
    line: 'const ageOf = (key: string | undefined): number => (key === undefined ? Infinity : parts.ageOf(key))',
    becomes: 'false',
    reason: 'Memory has no answer under `undefined`; the types want to know.',
    isEquivalent: true,
  },
  {
    file: 'packages/auth-node/src/verifier/watched-tokens.ts',
    line: 'if (watched.key !== undefined) watched.sub ??= parts.subjectOf(watched.key)',
    becomes: 'true',
    reason: 'Memory has no answer under `undefined`; the types want to know.',
    isEquivalent: true,
  },
  {
    file: 'packages/auth-node/src/verifier/watched-tokens.ts',
    line: 'if (others) heldUntil.set(until, others)',
    becomes: ';',
    reason: 'A set of several is changed in place, and is remembered already.',
    isEquivalent: true,
  },
  {
    file: 'packages/auth-node/src/verifier/watched-tokens.ts',
    line: 'if (checkEveryMs < watched.checkEveryMs) {',
    becomes: 'checkEveryMs <= watched.checkEveryMs',
    reason: 'A look that is asked for as often as before is due no earlier.',
    isEquivalent: true,
  },
  {
    file: 'packages/auth-node/src/verifier/watched-tokens.ts',
    line: 'if (watched.key !== undefined) watches.delete(watched.key)',
    becomes: 'true',
    reason: 'Nothing is kept under `undefined`; the types want to know.',
    isEquivalent: true,
  },
  {
    file: 'packages/auth-node/src/verifier/watched-tokens.ts',
    line: 'if (watches.size === 0) arm()',
    becomes: 'true',
    reason: 'The alarm is set for what is due first, as it was; each end is spared a look at it.',
    isEquivalent: true,
  },
  {
    file: 'packages/auth-node/src/verifier/watched-tokens.ts',
    line: 'watchesByToken.delete(watched.token)',
    becomes: ';',
    reason:
      'What is left of a token that has ended takes memory alone, which only a test of many tokens and seconds could measure.',
    isEquivalent: false,
  },
  {
    file: 'packages/auth-node/src/verifier/watched-tokens.ts',
    line: 'heldUntil.delete(until)',
    becomes: ';',
    reason:
      'What is left of a token that has ended takes memory alone, which only a test of many tokens and seconds could measure.',
    isEquivalent: false,
  },
  {
    file: 'packages/auth-node/src/verifier/revoke.ts',
    line: 'state.failedRevocations += 1',
    becomes: 'state.failedRevocations -= 1',
    reason: 'The number is compared with what it was, and tells by any change that a revocation has failed.',
    isEquivalent: true,
  },
  {
    file: 'packages/auth-node/src/verifier/signal-for.ts',
    line: 'if (key === undefined) return undefined',
    becomes: 'false',
    reason: 'Where keys are promises, what has ended the token is found a moment sooner.',
    isEquivalent: false,
  },
  {
    file: 'packages/auth-node/src/verifier/signal-for.ts',
    line: 'const sub = key === undefined ? undefined : cache.subjectOf(key)',
    becomes: 'false',
    reason: 'Memory has no answer under `undefined`; the types want to know.',
    isEquivalent: true,
  },
  {
    file: 'packages/auth-node/src/verifier/single-flight.ts',
    line: 'if (!signal && timeoutMs === undefined) return flight.result',
    becomes: 'false',
    reason: 'A caller who never leaves gets the same result; each check is spared a promise.',
    isEquivalent: true,
  },
  {
    file: 'packages/auth-node/src/verifier/single-flight.ts',
    line: "if (error !== flight.failure || !isAuthError(error) || error.code !== 'timeout') throw error",
    becomes: ['error !== flight.failure && !isAuthError(error)', 'false'],
    reason:
      'A caller whose own time is over has none left, and one who has left leaves again with the same reason.',
    isEquivalent: true,
  },
]
