interface Builtins {
  'node:crypto': typeof import('node:crypto')
  'node:diagnostics_channel': typeof import('node:diagnostics_channel')
  'node:events': typeof import('node:events')
  'node:module': typeof import('node:module')
}

/**
 * Finds a module of Node, without an import that bundlers would have to resolve for platforms that lack it; `undefined` where there is
 * none. The edge runtime of Next throws.
 */
export function nodeBuiltin<Name extends keyof Builtins>(name: Name): Builtins[Name] | undefined {
  try {
    return globalThis.process.getBuiltinModule(name) as Builtins[Name]
  } catch {
    return undefined
  }
}
