import { mockFlags, type MockFlag } from '@tokenward/auth-mock/flags'
import { type Command, Option } from 'commander'

/** Adds the flags of auth-mock's own command, so that both commands have the same. */
export function addMockFlags(command: Command): void {
  for (const flag of mockFlags) command.addOption(toOption(flag))
}

/** Makes a flag of auth-mock an option of commander. */
export function toOption({ name, value, isMany = false, description }: MockFlag): Option {
  const argument = value === undefined ? '' : ` <${value}${isMany ? '...' : ''}>`
  return new Option(`--${name}${argument}`, description)
}
