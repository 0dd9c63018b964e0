import { readFileSync, writeFileSync } from 'node:fs'
import { createSecureContext } from 'node:tls'
import { AuthConfigurationError } from '@tokenward/auth-core'
import { codeOf } from '../options/code-of.ts'
import type { AuthMock } from './auth-mock.ts'
import { isHostName, isOrigin, readSeed, type AuthMockOptions, type MockSeed } from './mock-options.ts'
import { startAuthMock } from './start-auth-mock.ts'

/** The values of flags, by name without their dashes, as the command line spells them. */
export type MockFlagValues = Readonly<Record<string, string | boolean | readonly string[] | undefined>>

/** Does what `startMockFromFlags` promises. */
export async function startWithFlags(values: MockFlagValues): Promise<AuthMock> {
  const options = readMockFlags(values)
  const file = textOf(values, 'save-cert')
  const mock = await startAuthMock(options)
  if (file === undefined || mock.certificate === undefined) return mock
  try {
    writeFileSync(file, mock.certificate)
    return mock
  } catch (error) {
    await mock.close()
    throw new AuthConfigurationError('--save-cert', `takes a file that can be written (${codeOf(error)})`)
  }
}

/**
 * Reads the values of flags, and the files that they name.
 *
 * @throws {AuthConfigurationError} for a value that is not valid, as `startMockFromFlags` does
 */
export function readMockFlags(values: MockFlagValues): AuthMockOptions {
  const port = textOf(values, 'port') ?? '0'
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535)
    throw new AuthConfigurationError('--port', 'takes a whole number from 0 to 65535')
  const origins = listOf(values, 'allow-origin')
  for (const origin of origins)
    if (!isOrigin(origin))
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
    const given = { cert: readText('--cert', cert), key: readText('--key', key) }
    try {
      createSecureContext(given)
    } catch (error) {
      const { code = 'unknown failure' } = error as NodeJS.ErrnoException
      throw new AuthConfigurationError('--cert', `takes a certificate in PEM, and --key its key (${code})`)
    }
    return given
  }
  if (!names.every(isHostName))
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
    // Some editors put a byte order mark before the first character.
    return readFileSync(file, 'utf8').replace(/^\ufeff/, '')
  } catch (error) {
    throw new AuthConfigurationError(flag, `takes a file that can be read (${codeOf(error)})`)
  }
}
