import { type OptionSource, orUndefined } from '@tokenward/auth-core'

const variables = {
  env: 'TOKENWARD_ENV',
  region: 'TOKENWARD_REGION',
  baseUrl: 'TOKENWARD_BASE_URL',
  clientId: 'TOKENWARD_CLIENT_ID',
} as const satisfies Partial<Record<Parameters<OptionSource['nameOf']>[0], string>>

/** Finds a variable; `undefined` also where the runtime has no `process`, or may not read the variable. */
function readVariable(name: string): string | undefined {
  return orUndefined(() => globalThis.process.env[name])
}

/** Completes the options of a client from the environment's variables. An empty variable counts as unset. */
export const environment: OptionSource = {
  complete(given) {
    const read = (option: keyof typeof variables): string | undefined =>
      readVariable(variables[option]) || undefined
    const hasAddress = given.env !== undefined || given.baseUrl !== undefined
    return {
      ...given,
      ...(!hasAddress && {
        env: read('env'),
        region: given.region ?? read('region'),
        baseUrl: read('baseUrl'),
      }),
      clientId: given.clientId || read('clientId'),
    }
  },
  nameOf(option) {
    const name = (variables as Readonly<Record<string, string>>)[option]
    if (!name) return option
    return readVariable(name) === '' ? `${name}, which is empty` : name
  },
}
