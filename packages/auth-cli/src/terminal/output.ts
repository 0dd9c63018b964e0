import { styleText } from 'node:util'
import { cleanJson, cleanText } from './clean-text.ts'
import { chooseLanguage, createTranslate, type Translate } from './language.ts'

/** Colours with a meaning. */
export type Tone = 'good' | 'bad' | 'warn' | 'dim'

/** Where a command speaks: results on stdout, everything else on stderr. */
export interface Output {
  readonly json: boolean
  /** Prints the result: the text for people, or the value as one line of JSON. */
  readonly result: (text: string, value: unknown) => void
  /** Prints a remark on stderr; silent with `--json`. */
  readonly note: (text: string) => void
  /** Prints on stderr, also with `--json`, what makes the result worth less than it looks. */
  readonly warn: (text: string) => void
  /** Prints an error: on stderr, or with `--json` as the result. */
  readonly error: (message: string, details: object) => void
  /** Colours a text of the result where the terminal can. */
  readonly paint: (tone: Tone, text: string) => string
  /** Makes text of the service or of a token fit to print: no token in it, nothing that steers the terminal, not too long. */
  readonly quote: (text: string) => string
  /** Replaces a token by `[redacted]` in everything printed from now on. */
  readonly hide: (token: string) => void
  /** Says a text of ours in the user's language; English with `--json`, which programs read. */
  readonly translate: Translate
}

// No token is shorter; a shorter one would black out words of our own.
const shortestSecret = 16

const styles = { good: 'green', bad: 'red', warn: 'yellow', dim: 'dim' } as const

/** Creates the output of one run. Colours only where stdout is a terminal that has them, and `NO_COLOR` is not set. */
export function createOutput(
  json: boolean,
  stdout: NodeJS.WriteStream = process.stdout,
  stderr: NodeJS.WriteStream = process.stderr,
): Output {
  const secrets = new Set<string>()
  const redact = (text: string): string =>
    [...secrets].reduce((rest, secret) => rest.replaceAll(secret, '[redacted]'), text)
  const print = (stream: NodeJS.WriteStream, text: string): void => void stream.write(`${redact(text)}\n`)
  const quote = (text: string): string => cleanText(redact(text))
  const colours = !json && stdout.isTTY && stdout.hasColors()

  return {
    json,
    result: (text, value) => print(stdout, json ? cleanJson(value) : text),
    note: (text) => {
      if (!json) print(stderr, text)
    },
    warn: (text) => print(stderr, `warning: ${quote(text)}`),
    error: (message, details) => {
      if (json) print(stdout, cleanJson({ error: { message, ...details } }))
      else print(stderr, `error: ${quote(message)}`)
    },
    paint: (tone, text) => (colours ? styleText(styles[tone], text, { validateStream: false }) : text),
    quote,
    translate: createTranslate(json ? 'en' : chooseLanguage(process.env)),
    hide: (token) => void (token.length >= shortestSecret && secrets.add(token)),
  }
}
