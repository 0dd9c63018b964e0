import { type Command, Option } from 'commander'
import { CliError } from '../terminal/exit-codes.ts'

const service = 'Which service:'

/** Adds the options that say which service is meant. */
export function addAddressOptions(command: Command): Command {
  const options = [
    new Option('--env <id>', 'environment id, such as my-env-1a2b3c (or TOKENWARD_ENV)'),
    new Option('--region <name>', 'its region (or TOKENWARD_REGION; default: ap-shanghai)'),
    new Option(
      '--base-url <url>',
      'address of the service instead, such as that of a mock (or TOKENWARD_BASE_URL)',
    ),
    new Option(
      '--allow-insecure-http',
      'take a --base-url of plain http: beyond this machine; for tests only',
    ),
  ]
  for (const option of options) command.addOption(option.helpGroup(service))
  return command
}

/** Adds the options that say which service is meant and how it is asked, as one group of the help. */
export function addServiceOptions(command: Command): Command {
  const options = [
    new Option('--client-id <id>', 'application, sent as client_id (or TOKENWARD_CLIENT_ID)'),
    new Option('--device-id <id>', 'device, sent as x-device-id (default: none is sent)'),
    wholeNumber('--timeout <ms>', 'time for one token, all retries included', [1, 2_147_483_647], '10000'),
    wholeNumber(
      '--retries <n>',
      'how often a request is repeated after an outage, for about a tenth of all requests',
      [0, 10],
      '2',
    ),
  ]
  addAddressOptions(command)
  for (const option of options) command.addOption(option.helpGroup(service))
  return command
}

/** Adds the options of a run over a file. Each but `--file` says in its description that it goes with it. */
export function addFileOptions(command: Command): Command {
  const group = 'With --file:'
  const options = [
    new Option('--column <name>', 'CSV column by its header or number, or field of JSON lines'),
    wholeNumber('--concurrency <n>', 'tokens at a time', [1, 1000]).default(32),
    wholeNumber('--rate <n>', 'at most so many tokens a second', [1, 1_000_000], 'no limit'),
    wholeNumber('--max-failures <n>', 'stop after so many failures in a row', [1, 1e9]).default(100),
  ]
  for (const option of options) command.addOption(option.helpGroup(group))
  return command
}

/**
 * Creates an option that takes a whole number in a range; its error does not repeat what was given.
 *
 * @param standard what holds where the option is left out, if commander does not know it
 */
export function wholeNumber(
  flags: string,
  description: string,
  [least, most]: readonly [number, number],
  standard?: string,
): Option {
  const [name] = flags.split(' ')
  const remark = standard === undefined ? '' : ` (default: ${standard})`
  return new Option(flags, `${description}, ${least} to ${most}${remark}`).argParser((text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
    if (value >= least && value <= most) return value
    throw new CliError(`${name} must be a whole number from ${least} to ${most}`)
  })
}
