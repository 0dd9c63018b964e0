// The flags of the mock's command, for other commands that start a mock: each has the same names and the same errors.
import { readFileSync } from 'node:fs'
import { AuthConfigurationError } from '@tokenward/auth-core'
import { readSeed, type AuthMockOptions, type MockSeed } from './mock/mock-options.ts'

/** One flag of the command. */
export interface MockFlag {
  /** Without the two dashes. */
  readonly name: string
  /** What stands behind it, for instance `number`; a flag without a value is on when it is given. */
  readonly value?: string
  /** Whether it may be given several times. */
  readonly isMany?: boolean
  readonly description: string
}

/** The values of flags, by name, as the command line spells them. */
export type MockFlagValues = Readonly<Record<string, string | boolean | readonly string[] | undefined>>

/** Every flag that decides how a mock is set up, in the order of the help. */
export const mockFlags: readonly MockFlag[] = [
  { name: 'port', value: 'number', description: 'port to listen on; 0 takes a free one (default: 4010)' },
  { name: 'host', value: 'address', description: 'address to listen on (default: 127.0.0.1)' },
  { name: 'client-id', value: 'id', description: 'client that tokens are issued for (default: mock-env)' },
  {
    name: 'allow-origin',
    value: 'origin',
    isMany: true,
    description: 'origin whose pages may call; repeatable (default: every origin)',
  },
  { name: 'allow-mint', description: 'lets these pages issue tokens by POST /__mock/tokens' },
  { name: 'seed', value: 'file', description: 'JSON file of tokens and faults to begin with' },
  { name: 'https', description: 'serves HTTPS, with a certificate that is made at the start' },
  {
    name: 'https-name',
    value: 'name',
    isMany: true,
    description: 'another host name that the made certificate is good for; repeatable',
  },
  { name: 'cert', value: 'file', description: 'certificate of your own in PEM, with --key' },
  { name: 'key', value: 'file', description: 'private key of that certificate in PEM' },
  {
    name: 'save-cert',
    value: 'file',
    description: 'serves HTTPS and writes the certificate there, for NODE_EXTRA_CA_CERTS of the clients',
  },
]

/**
 * Reads the values of flags, and the files that they name.
 *
 * @throws {AuthConfigurationError} for a value that is not valid. Its `argument` is the flag, such as `--port`; the message shows no value,
 * because it may be a token that was pasted there.
 *
 * @example
 * ```ts
 * const mock = await startAuthMock(readMockFlags({ port: '0', 'allow-mint': true }))
 * ```
 */
export function readMockFlags(values: MockFlagValues): AuthMockOptions {
  const port = textOf(values, 'port') ?? '4010'
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535)
    throw new AuthConfigurationError('--port', 'takes a whole number from 0 to 65535')
  const origins = listOf(values, 'allow-origin')
  for (const origin of origins)
    if (!/^[a-z][a-z\d+.-]*:\/\/[^/\s]+$/.test(origin))
      throw new AuthConfigurationError(
        '--allow-origin',
        'takes an origin such as http://localhost:5173, without a path',
      )
  const clientId = textOf(values, 'client-id')
  const host = textOf(values, 'host')
  return {
    port: Number(port),
    ...(host !== undefined && { host }),
    ...(clientId !== undefined && { clientId }),
    ...(origins.length > 0 && { allowedOrigins: origins }),
    allowMint: values['allow-mint'] === true,
    https: readHttps(values),
    seed: readSeedFile(textOf(values, 'seed')),
  }
}

function textOf(values: MockFlagValues, name: string): string | undefined {
  const value = values[name]
  if (value === undefined) return undefined
  if (typeof value !== 'string' || value === '')
    throw new AuthConfigurationError(`--${name}`, 'takes a value that is not empty')
  return value
}

function listOf(values: MockFlagValues, name: string): readonly string[] {
  const value = values[name]
  return Array.isArray(value) ? value.map(String) : []
}

function readHttps(values: MockFlagValues): NonNullable<AuthMockOptions['https']> {
  const [cert, key] = [textOf(values, 'cert'), textOf(values, 'key')]
  const names = listOf(values, 'https-name')
  if ((cert === undefined) !== (key === undefined))
    throw new AuthConfigurationError(cert === undefined ? '--key' : '--cert', 'takes both: --cert and --key')
  if (cert !== undefined && key !== undefined) {
    if (names.length > 0)
      throw new AuthConfigurationError('--https-name', 'is for a certificate that is made, not for --cert')
    return { cert: readText('--cert', cert), key: readText('--key', key) }
  }
  if (names.some((name) => !/^[a-z\d.:*-]+$/i.test(name)))
    throw new AuthConfigurationError('--https-name', 'takes a host name or an address')
  return names.length > 0 ? { names } : values['https'] === true || textOf(values, 'save-cert') !== undefined
}

function readSeedFile(file: string | undefined): MockSeed {
  if (file === undefined) return {}
  const content = readText('--seed', file)
  let seed: unknown
  try {
    seed = JSON.parse(content)
  } catch {
    throw new AuthConfigurationError('--seed', 'takes a file of JSON: { "tokens": […], "faults": […] }')
  }
  try {
    return readSeed(seed)
  } catch (error) {
    throw error instanceof AuthConfigurationError
      ? new AuthConfigurationError('--seed', `takes a valid seed: ${error.message}`)
      : error
  }
}

function readText(flag: string, file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const { code = 'unknown failure' } = error as NodeJS.ErrnoException
    throw new AuthConfigurationError(flag, `takes a file that can be read (${code})`)
  }
}
