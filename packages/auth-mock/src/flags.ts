// The flags of the mock's command, for other commands that start a mock: each has the same names and the same errors.
import type { AuthMock } from './mock/auth-mock.ts'
import type { MockFlagValues } from './mock/start-with-flags.ts'

export type { MockFlagValues }

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

/** Every flag that decides how a mock is set up, in the order of the help. */
export const mockFlags: readonly MockFlag[] = [
  { name: 'port', value: 'number', description: 'port to listen on; 0 takes a free one' },
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
 * Starts a mock as flags say, and saves its certificate where they ask for that.
 *
 * @param values the flags that were given
 * @throws {AuthConfigurationError} for a value that is not valid. Its `argument` is the flag, such as `--port`; the message shows no value,
 * because it may be a token that was pasted there.
 * @throws the error of `node:net` when the port is taken
 *
 * @example
 * ```ts
 * const mock = await startMockFromFlags({ port: '0', 'allow-mint': true })
 * ```
 */
export async function startMockFromFlags(values: MockFlagValues): Promise<AuthMock> {
  // Loaded when it is needed: a command that only lists the flags starts sooner.
  const { startWithFlags } = await import('./mock/start-with-flags.ts')
  return startWithFlags(values)
}
