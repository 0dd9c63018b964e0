import type { Command } from 'commander'
import { type Translate, widthOf } from '../terminal/language.ts'

type CommandName = 'verify' | 'revoke' | 'sign-out-user' | 'doctor' | 'mock'

/** The examples that `--help` of each command ends with. */
export function describeExamples(bin: string): Record<CommandName, string> {
  return {
    verify: `  $ ${bin} verify --env my-env                       asks for the token, without echo
  $ ${bin} verify --env my-env --json < token.txt
  $ ${bin} verify --env my-env --file leaked.txt     how many are alive? Revokes none
  $ TOKENWARD_TOKEN=… ${bin} verify --env my-env --region ap-singapore`,
    revoke: `  $ ${bin} revoke --env my-env --confirm
  $ ${bin} revoke --env my-env --file leaked.txt --confirm
  $ ${bin} revoke --env my-env --file leaked.txt --confirm --resume
  $ ${bin} revoke --env my-env --file leaked.csv --column access_token --confirm
  $ set -o pipefail; zcat leaked-*.gz | ${bin} revoke --env my-env --file - --rate 200 --json`,
    'sign-out-user': `  $ TOKENWARD_REDIS_URL=rediss://user:…@redis.internal ${bin} sign-out-user 42 --env my-env
  $ ${bin} sign-out-user 42 --env my-env --redis redis://127.0.0.1:6379 --prefix shop
  $ ${bin} sign-out-user 42 --env my-env --issued-before 2026-11-26T08:00:00Z --json`,
    doctor: `  $ ${bin} doctor --env my-env --origin https://app.example.com
  $ ${bin} doctor --env my-env --json < token.txt
  $ ${bin} doctor --base-url http://127.0.0.1:4010 --no-token`,
    mock: `  $ ${bin} mock --port 4010
  $ ${bin} mock --port 4010 --allow-origin http://localhost:5173 --json`,
  }
}

/** What the exit codes mean, for `--help`. */
export const exitCodeHelp = `
Exit codes:
  0    yes: the token is active (verify), everything is revoked, and with --confirm known to be dead (revoke), the fleet is told (sign-out-user), nothing is wrong (doctor)
  1    no: inactive, something may still be alive, a check failed
  2    the command line, the configuration or the input cannot be used; nothing was sent
  3    not known: the service or Redis could not be asked, the input was not read to its end, or not all was written
  4    a token was issued for another environment or application; see --any-environment
  130  stopped by Ctrl-C

A token is read from TOKENWARD_TOKEN, from a prompt without echo, or from stdin; never from the command line.
Requests go through the proxy of HTTPS_PROXY, HTTP_PROXY or ALL_PROXY, unless NO_PROXY names the host.`

/** Lets a program and its commands show their help in the user's language. */
export function translateHelp(program: Command, translate: Translate): void {
  for (const command of [program, ...program.commands]) {
    command.configureHelp({
      styleTitle: translate,
      commandDescription: (shown: Command) => translate(shown.description()),
      subcommandDescription: (subcommand: Command) =>
        translate(subcommand.summary() || subcommand.description()),
      optionDescription: ({ description, defaultValue }) =>
        translate(
          defaultValue === undefined ? description : `${description} (default: ${String(defaultValue)})`,
        ),
      argumentDescription: ({ description }) => translate(description),
      displayWidth: widthOf,
    })
  }
}
