// A realm of `node:vm` with exactly the globals of a platform: what it lacks is missing here as well, and a test that needs more fails.
import { createContext, type Context, Script } from 'node:vm'
import { globalsOf, methodsAfter } from './ecmascript.ts'

/** What a platform has. */
export interface PlatformFacts {
  readonly name: string
  /** Where the lists come from. */
  readonly sources: readonly string[]
  /** The edition of ECMAScript whose globals and methods it has. */
  readonly edition: number
  /** Its globals beyond ECMAScript. */
  readonly globals: readonly string[]
  /** The globals of that edition that it lacks all the same. */
  readonly without?: readonly string[]
}

export interface Realm {
  readonly facts: PlatformFacts
  readonly context: Context
  readonly run: (code: string) => unknown
  /** Runs a CommonJS file as bundlers and mini-programs do, and returns its exports. */
  readonly load: (code: string, modules?: Readonly<Record<string, unknown>>) => unknown
  /** The globals that are there only for their name, and that were used all the same. */
  readonly touched: ReadonlySet<string>
}

/** What takes the place of a global that no test needs: it is there, and using it is noted. */
function createPlaceholder(name: string, touched: Set<string>): unknown {
  const note = (): never => {
    touched.add(name)
    throw new TypeError(`${name} is only a name in this realm`)
  }
  return new Proxy(function placeholder() {}, { get: note, set: note, apply: note, construct: note })
}

/**
 * Creates a realm.
 *
 * @param provided the globals that a test needs; the others are there by name only
 * @throws {TypeError} for a global that the platform does not have
 */
export function createRealm(facts: PlatformFacts, provided: Readonly<Record<string, unknown>>): Realm {
  const foreign = Object.keys(provided).filter((name) => !facts.globals.includes(name))
  if (foreign.length > 0) throw new TypeError(`${facts.name} has no global ${foreign.join(', ')}`)
  const touched = new Set<string>()
  const context = createContext({}, { codeGeneration: { strings: false, wasm: false } })
  const run = (code: string): unknown => new Script(code).runInContext(context)
  run(`{
    const take = (object, name) => object && Reflect.deleteProperty(object, name)
    for (const name of ${JSON.stringify(methodsAfter(facts.edition))}) {
      const [owner, own, inherited] = name.split(/([#.])/).filter((part) => part !== '.')
      if (own === '#') take(globalThis[owner]?.prototype, inherited)
      else take(globalThis[owner], own)
    }
    const kept = ${JSON.stringify(expectedGlobals(facts))}
    const all = globalThis
    for (const name of Reflect.ownKeys(all)) if (!kept.includes(name)) Reflect.deleteProperty(all, name)
  }`)
  const builtIn = run('Object.getOwnPropertyNames(this)') as string[]
  for (const name of facts.globals) {
    const isGlobalItself = ['global', 'self', 'window'].includes(name)
    if (!(name in provided) && builtIn.includes(name)) continue
    const value = isGlobalItself
      ? run('this')
      : name in provided
        ? provided[name]
        : createPlaceholder(name, touched)
    Object.defineProperty(context, name, { value, configurable: true, writable: true })
  }
  return {
    facts,
    context,
    run,
    touched,
    load(code, modules = {}) {
      const module = { exports: {} }
      const define = run(`(function (require, module, exports) {${code}\n})`) as (...given: unknown[]) => void
      const require = (name: string): unknown => {
        if (name in modules) return modules[name]
        throw new Error(`the bundle requires ${name}`)
      }
      define(require, module, module.exports)
      return module.exports
    },
  }
}

/** The globals that a platform has, sorted. */
export function expectedGlobals({ edition, globals, without = [] }: PlatformFacts): string[] {
  return [...globalsOf(edition).filter((name) => !without.includes(name)), ...globals].sort()
}

/** The globals that a realm has, sorted. */
export function listGlobals({ context, run }: Realm): string[] {
  const builtIn = run(`Object.getOwnPropertyNames(this)`) as string[]
  return [...new Set([...builtIn, ...Object.getOwnPropertyNames(context)])].sort()
}

/** The methods of newer editions that a realm has all the same. */
export function listNewMethods({ facts, run }: Realm): string[] {
  return methodsAfter(facts.edition).filter((name) => {
    const [owner = '', method = ''] = name.split(/[#.]/)
    const path = name.includes('#') ? `${owner}.prototype` : owner
    return run(`typeof ${owner} !== 'undefined' && ${JSON.stringify(method)} in ${path}`)
  })
}
