import { isIP } from 'node:net'
import { AuthConfigurationError } from '@tokenward/auth-core'
import { readFault, type Fault } from '../faults/fault.ts'
import {
  checkOptions,
  clock,
  flag,
  someText,
  wholeNumberFrom,
  type OptionRules,
} from '../options/check-options.ts'
import { readIssueTokenOptions, type IssueTokenOptions } from '../service/token-store.ts'

/** How the mock is set up. */
export interface AuthMockOptions {
  /** The port, 0 to 65535; 0 takes a free one. @default 0 */
  readonly port?: number | undefined
  /**
   * The address or host name to listen on. The mock believes every caller, so a warning is printed where others can reach it, as with
   * `0.0.0.0`. @default '127.0.0.1'
   */
  readonly host?: string | undefined
  /** The client that tokens are issued for. @default 'mock-env' */
  readonly clientId?: string | undefined
  /** Tells the time, in milliseconds since the epoch, before the year 10000. Asked at the start, and whenever the mock needs the time. @default Date.now */
  readonly clock?: (() => number) | undefined
  /** The origins whose pages may call, such as `http://localhost:5173`. @default every origin */
  readonly allowedOrigins?: readonly string[] | undefined
  /** Lets pages of the allowed origins issue tokens by `POST /__mock/tokens`. No other control call is for pages. @default false */
  readonly allowMint?: boolean | undefined
  /** Serves HTTPS: with a certificate that is made now, or with the given one. @default plain HTTP */
  readonly https?: boolean | HttpsOptions | undefined
  /** The tokens and faults to begin with, also after each `reset()`. @default none */
  readonly seed?: MockSeed | undefined
}

/** A certificate of your own, or the names that a made one is good for besides this machine's. */
export type HttpsOptions =
  | { readonly key: string; readonly cert: string; readonly names?: never }
  | { readonly names: readonly string[]; readonly key?: never; readonly cert?: never }

/** What a mock begins with. */
export interface MockSeed {
  readonly tokens?: readonly IssueTokenOptions[] | undefined
  readonly faults?: readonly Fault[] | undefined
}

/** Tells whether a page can send it as its origin: without a path, or `null`. A custom scheme has no origin in the sense of `URL`. */
export function isOrigin(value: unknown): boolean {
  return typeof value === 'string' && /^(?:null|[a-z][a-z\d+.-]*:\/\/[^/\s]+)$/.test(value)
}

/** Tells whether a certificate can be good for it: an address, or a host name, also with `*` in it. */
export function isHostName(value: unknown): boolean {
  return typeof value === 'string' && (isIP(value) > 0 || /^[a-z\d.*-]+$/i.test(value))
}

const rules: OptionRules<AuthMockOptions> = {
  port: wholeNumberFrom(0, 65_535),
  host: someText,
  clientId: someText,
  clock,
  allowedOrigins: {
    accepts: (value) => Array.isArray(value) && value.every(isOrigin),
    expected: 'a list of origins such as http://localhost:5173, without a path',
  },
  allowMint: flag,
  https: {
    accepts: (value) => typeof value === 'boolean' || (typeof value === 'object' && value !== null),
    expected: 'true, { key, cert } or { names }',
  },
  seed: { accepts: () => true, expected: 'an object' },
}

const seedRules: OptionRules<MockSeed> = {
  tokens: { accepts: Array.isArray, expected: 'a list of what issueToken takes' },
  faults: { accepts: Array.isArray, expected: 'a list of faults' },
}

const httpsRules: OptionRules<{ key?: string; cert?: string; names?: string[] }> = {
  key: someText,
  cert: someText,
  names: {
    accepts: (value) => Array.isArray(value) && value.every(isHostName),
    expected: 'a list of host names',
  },
}

/**
 * Reads what `startAuthMock` takes.
 *
 * @throws {AuthConfigurationError} for an unknown option or a wrong value
 */
export function readMockOptions(given: AuthMockOptions): AuthMockOptions {
  const options = checkOptions('startAuthMock', rules, given)
  const { https, seed } = options
  return Object.assign(
    options,
    typeof https === 'object' && { https: readHttps(https) },
    seed !== undefined && { seed: readSeed(seed) },
  )
}

function readHttps(given: HttpsOptions): HttpsOptions {
  const { key, cert, names } = checkOptions('https', httpsRules, given)
  if (key !== undefined && cert !== undefined && names === undefined) return { key, cert }
  if (key === undefined && cert === undefined && names !== undefined) return { names }
  throw new AuthConfigurationError('https', 'must be true, { key, cert } or { names }')
}

/**
 * Reads a seed, from a caller or from JSON.
 *
 * @throws {AuthConfigurationError} for an unknown field, or an item that `issueToken` or `fail` refuses
 */
export function readSeed(value: unknown): MockSeed {
  const { tokens = [], faults = [] } = checkOptions<MockSeed>('seed', seedRules, value)
  return { tokens: tokens.map(readIssueTokenOptions), faults: faults.map(readFault) }
}

/** Tells whether only programs of this machine can reach an address. */
export function isLoopback(host: string): boolean {
  return /^(?:localhost|127(?:\.\d+){3}|::1)$/i.test(host)
}
