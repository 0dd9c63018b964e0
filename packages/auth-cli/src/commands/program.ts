import tab from '@bomb.sh/tab/commander'
import { Command, CommanderError } from 'commander'
import packageJson from '../../package.json' with { type: 'json' }
import { assertNoToken } from './argument-guard.ts'
import { addServiceOptions, type ServiceOptions, wholeNumber } from '../service/client.ts'
import type { DoctorOptions } from '../doctor/doctor.ts'
import { CliError, exitCodes } from '../terminal/exit-codes.ts'
import { examples, exitCodeHelp } from './help.ts'
import type { MockOptions } from './mock.ts'
import { createOutput, type Output } from '../terminal/output.ts'
import { reportError } from './report-error.ts'
import type { RevokeFileOptions } from '../revoke-file/revoke-file.ts'

type Action<Options> = (options: Options, output: Output) => Promise<number>

/** Runs one command line and tells the exit code. Each command is loaded when it is asked for. */
export async function run(argv: readonly string[]): Promise<number> {
  const output = createOutput(argv.includes('--json'))
  let exitCode: number = exitCodes.yes

  const program = new Command('tokenward-auth-cli')
    .description('Verify and revoke access tokens of Tencent CloudBase')
    .version(packageJson.version)
    .helpCommand(false)
    .exitOverride()
    // What commander says of an error repeats the arguments; refusals are worded below.
    .configureOutput({ outputError: () => undefined })
    .addHelpText('after', exitCodeHelp)

  const command = <Options>(
    name: keyof typeof examples,
    description: string,
    load: (options: Options) => Promise<Action<Options>>,
  ): Command =>
    program
      .command(name)
      .description(description)
      .option('--json', 'print the result as one line of JSON')
      .addHelpText('after', `\nExamples:\n${examples[name]}`)
      .action(async (options: Options) => {
        exitCode = await (await load(options))(options, output)
      })

  const verify = command<ServiceOptions>(
    'verify',
    'Ask the service whether a token is alive',
    async () => (await import('./verify.ts')).verify,
  )
  addServiceOptions(verify)

  const revoke = command<RevokeFileOptions>(
    'revoke',
    'Revoke a token, or a file of them',
    async (options) => {
      if ('file' in options) return (await import('../revoke-file/revoke-file.ts')).revokeFile
      const stray = revoke.options.find(
        (option) =>
          option.description.startsWith('with --file') &&
          revoke.getOptionValueSource(option.attributeName()) === 'cli',
      )
      if (stray) throw new CliError(`${stray.long} goes with --file; see --help`)
      return (await import('./revoke.ts')).revoke
    },
  )
  addServiceOptions(revoke)
    .option('--confirm', 'ask again until the service says that the token is dead')
    .option('--file <path>', 'revoke each line of a file, plain or .gz; - is stdin')
    .addOption(wholeNumber('--concurrency <n>', 'with --file: tokens at a time', 1, 1000).default(32))
    .addOption(wholeNumber('--rate <n>', 'with --file: at most so many tokens a second', 1, 1_000_000))
    .addOption(
      wholeNumber('--max-failures <n>', 'with --file: stop after so many in a row', 1, 1e9).default(100),
    )
    .option('--journal <path>', 'with --file: where outcomes are kept (default: <file>.journal)')
    .option('--resume', 'with --file: go on where an earlier run with this journal stopped')
    .option('--report <path>', 'with --file: the outcome of each line (default: <file>.report.csv)')

  const doctor = command<DoctorOptions>(
    'doctor',
    'Find out why the service cannot be used as expected',
    async () => (await import('../doctor/doctor.ts')).doctor,
  )
  addServiceOptions(doctor)
    .option('--origin <url>', 'also check that pages of this origin may call the service')
    .option('--no-token', 'do not look at a token')

  command<MockOptions>('mock', 'Run a mock of the service', async () => (await import('./mock.ts')).mock)
    .addOption(wholeNumber('--port <n>', 'port on 127.0.0.1; 0 takes a free one', 0, 65_535))
    .option('--client-id <id>', 'client that tokens are issued for')
    .option('--origin <url...>', 'the only origins whose pages may call')

  tab(program, { completionCommandName: 'completion' })

  try {
    assertNoToken(argv)
    await program.parseAsync(argv, { from: 'user' })
    return exitCode
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return exitCodes.yes
    // Without a command, the help has been printed already.
    if (error instanceof CommanderError && error.code === 'commander.help') return exitCodes.usage
    return reportError(error instanceof CommanderError ? usageError(error) : error, output)
  }
}

// An option is named again only when it is a word: anything else may be a secret that strayed there.
function usageError({ code, message }: CommanderError): CliError {
  const option = /option '(--[a-z][a-z-]{1,20})[ ']/.exec(message)?.[1]
  const shells = 'completion takes one of zsh, bash, fish, powershell'
  const what = {
    'commander.unknownCommand': 'unknown command',
    'commander.excessArguments': 'unexpected argument; a token belongs on stdin',
    'commander.missingArgument': shells,
    'commander.invalidArgument': shells,
    'commander.unknownOption': option ? `unknown option ${option}` : 'unknown option',
    'commander.optionMissingArgument': option ? `${option} needs a value` : 'an option needs a value',
  }[code]
  return new CliError(`${what ?? 'the command line cannot be used'}; see --help`)
}
