import { Command, CommanderError } from 'commander'
import { basename } from 'node:path'
import packageJson from '../../package.json' with { type: 'json' }
import type { DoctorOptions } from '../doctor/doctor.ts'
import type { RevokeFileOptions } from '../revoke-file/revoke-file.ts'
import { findServiceUrl, type ServiceOptions } from '../service/client.ts'
import { findProxy } from '../service/proxy.ts'
import { CliError, exitCodes } from '../terminal/exit-codes.ts'
import { translateLines } from '../terminal/language.ts'
import { createOutput, type Output } from '../terminal/output.ts'
import type { VerifyFileOptions } from '../verify-file/verify-file.ts'
import { assertNoToken } from './argument-guard.ts'
import { addCompletion } from './completion.ts'
import { describeExamples, exitCodeHelp, translateHelp } from './help.ts'
import { addMockFlags } from './mock-flags.ts'
import type { MockOptions } from './mock.ts'
import { type AskedService, reportError } from './report-error.ts'
import { addAddressOptions, addFileOptions, addServiceOptions, wholeNumber } from './service-options.ts'
import type { SignOutUserOptions } from './sign-out-user.ts'
import { toUsageError } from './usage-error.ts'

type Action<Options> = (options: Options, output: Output, operand: string) => Promise<number>

/** Runs one command line and tells the exit code. Each command is loaded when it is asked for. */
export async function run(argv: readonly string[]): Promise<number> {
  const output = createOutput(argv.includes('--json'))
  const name = basename(process.argv[1] ?? '') === 'tokenward' ? 'tokenward' : 'tokenward-auth-cli'
  let exitCode: number = exitCodes.yes
  let service: ServiceOptions | undefined

  const program = new Command(name)
    .description('Verify and revoke access tokens of Tencent CloudBase')
    .version(`${packageJson.version} (Node ${process.versions.node})`)
    .helpCommand('help [command]', 'Show how a command is used')
    .exitOverride()
    // What commander says of an error repeats the arguments; refusals are worded by `toUsageError`.
    .configureOutput({ outputError: () => undefined })
    .addHelpText('after', translateLines(exitCodeHelp, output.translate))

  const command = <Options>(
    verb: keyof ReturnType<typeof describeExamples>,
    description: string,
    load: (options: Options) => Promise<Action<Options>>,
  ): Command =>
    program
      .command(verb)
      .description(description)
      .option('--json', 'print the result as one line of JSON')
      .addHelpText('after', translateLines(`\nExamples:\n${describeExamples(name)[verb]}`, output.translate))
      // Commander hands in the operands, the options and the command.
      .action(async (...given: unknown[]) => {
        const options = given.at(-2) as Options
        service = options as ServiceOptions
        exitCode = await (await load(options))(options, output, String(given[0]))
      })

  const verify = command<VerifyFileOptions>(
    'verify',
    'Ask the service whether a token is alive',
    async (options) => {
      if ('file' in options) return (await import('../verify-file/verify-file.ts')).verifyFile
      assertNoFileOption(verify)
      return (await import('./verify.ts')).verify
    },
  )
  verify
    .option('--any-environment', 'do not warn of a token issued for another environment or application')
    .option('--file <path>', 'count how many tokens of a file are alive; plain or .gz; - is stdin')
  addServiceOptions(addFileOptions(verify))
    .optionsGroup('With --file:')
    .option('--report <path>', 'where the state of each line is written (default: nowhere)')

  const revoke = command<RevokeFileOptions>(
    'revoke',
    'Revoke a token, or a file of them',
    async (options) => {
      if ('file' in options) return (await import('../revoke-file/revoke-file.ts')).revokeFile
      assertNoFileOption(revoke)
      return (await import('./revoke.ts')).revoke
    },
  )
  revoke
    .option('--confirm', 'ask again until the service says that the token is dead')
    .option('--any-environment', 'also send tokens that were issued for another environment or application')
    .option('--file <path>', 'revoke each line of a file, plain or .gz; - is stdin')
  addServiceOptions(addFileOptions(revoke))
    .optionsGroup('With --file:')
    .option('--journal <path>', 'where outcomes are kept (default: <file>.journal)')
    .option('--resume', 'go on where an earlier run with this journal stopped')
    .option('--report <path>', 'the outcome of each line (default: <file>.report.csv)')

  const signOutUser = command<SignOutUserOptions>(
    'sign-out-user',
    'End every session of a user, in the fleet that shares a Redis',
    async () => (await import('./sign-out-user.ts')).signOutUser,
  )
    .argument('<sub>', 'the user id, as verify prints it')
    .option(
      '--issued-before <time>',
      'only sessions from before, such as 2026-11-26T08:00:00Z (default: now)',
    )
    .option('--redis <url>', 'the Redis of the fleet, without a password (or TOKENWARD_REDIS_URL, with one)')
    .option('--prefix <name>', 'the prefix of its createRedisStore (default: tokenward)')
    .addOption(
      wholeNumber(
        '--keep-hours <n>',
        'how long the fleet remembers it, at least as long as a token can live',
        [1, 8_760],
      ).default(24),
    )
  addAddressOptions(signOutUser)

  const doctor = command<DoctorOptions>(
    'doctor',
    'Find out why the service cannot be used as expected',
    async () => (await import('../doctor/doctor.ts')).doctor,
  )
    .option('--origin <url>', 'also check that pages of this origin may call the service')
    .option('--no-token', 'do not look at a token')
  addServiceOptions(doctor)

  addMockFlags(
    command<MockOptions>('mock', 'Run a mock of the service', async () => (await import('./mock.ts')).mock),
  )

  for (const each of program.commands) checkPaths(each)
  addCompletion(program)

  translateHelp(program, output.translate)

  try {
    assertNoToken(argv)
    await program.parseAsync(withoutUnknownTopic(argv, program), { from: 'user' })
    return exitCode
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return exitCodes.yes
    // Without a command, the help has been printed already.
    if (error instanceof CommanderError && error.code === 'commander.help') return exitCodes.usage
    const asked = service && (await findAskedService(service).catch(() => undefined))
    return reportError(error instanceof CommanderError ? toUsageError(error) : error, output, asked)
  }
}

/** Lets an unknown command be refused also where its help is asked for: commander shows the help of the whole program instead. */
function withoutUnknownTopic(argv: readonly string[], { commands }: Command): readonly string[] {
  const [first, second] = argv
  const topic = first === 'help' ? second : first
  if (topic === undefined || topic.startsWith('-')) return argv
  return topic === 'help' || !commands.some((command) => command.name() === topic) ? [topic] : argv
}

async function findAskedService(options: ServiceOptions): Promise<AskedService> {
  const url = await findServiceUrl(options)
  const proxy = findProxy(url)?.host
  return { host: url.host, ...(proxy !== undefined && { proxy }) }
}

/** @throws {CliError} when an option of the group of `--file` is given without it */
function assertNoFileOption(command: Command): void {
  const stray = command.options.find(
    (option) =>
      option.helpGroupHeading === 'With --file:' &&
      command.getOptionValueSource(option.attributeName()) === 'cli',
  )
  if (stray) throw new CliError(`${stray.long} goes with --file; see --help`)
}

/**
 * Refuses what is no path before anything is sent, such as a variable that is not set, and a second file for one option: the first one,
 * such as a file of leaked tokens, would be lost unseen.
 */
function checkPaths(command: Command): void {
  for (const option of command.options) {
    if (!option.flags.endsWith(' <path>')) continue
    const isInput = option.name() === 'file'
    let isGiven = false
    command.on(`option:${option.name()}`, (path: string) => {
      if (path === '') throw new CliError(`${option.long} takes a path, and what was given is empty`)
      if (path === '-' && !isInput) throw new CliError(`${option.long} takes the path of a file, not -`)
      if (isGiven) throw new CliError(`${option.long} is given twice, and takes one file`)
      isGiven = true
    })
  }
}
