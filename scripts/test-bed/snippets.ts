// The code blocks of a Markdown page: all of them compile, and those that are marked are run against the mock.
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { get, type IncomingMessage } from 'node:http'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { freePort } from '@tokenward/test-kit/ports'
import { startAuthMock } from '@tokenward/auth-mock'
import { eventually } from '@tokenward/test-kit/eventually'
import { readPage } from './html-blocks.ts'
import { type MarkdownBlock, readBlocks } from './markdown-blocks.ts'
import { root } from './run-command.ts'
import { compileVue } from './vue-blocks.ts'

const bin = (name: string): string => join(root, 'node_modules/.bin', name)

export interface Snippet {
  /** Unique among the snippets of a page. */
  readonly file: string
  /** TypeScript or JavaScript: of a component of Vue what it compiles to, of a page one of its scripts. */
  readonly source: string
  readonly mark: MarkdownBlock['mark']
}

/** By the language of a block: the names of its modules behind their number, and their sources. */
function modulesOf({
  language,
  source,
  mark,
}: MarkdownBlock): readonly (readonly [ending: string, source: string])[] {
  if (mark === 'consumer') return []
  switch (language) {
    case 'ts':
    case 'tsx':
    case 'js':
      return [[language, source]]
    case 'vue':
      return [['vue.ts', compileVue(source)]]
    case 'html':
      return readPage(source).scripts.map((script, index) => [`script-${index + 1}.ts`, script])
    default:
      return []
  }
}

/** The file that a block names in its first line, such as `// utils/auth.js`: beside it, other blocks of the page find it by this name. */
function nameOf({ source }: MarkdownBlock): string | undefined {
  return /^(?:\/\/|<!--) ([\w./-]+)\.\w+(?: -->)?\n/.exec(source)?.[1]
}

/**
 * Lists the programs of a page: its blocks of TypeScript and JavaScript, its components of Vue, and the scripts within its HTML.
 *
 * @param prefix what each file's name begins with, so that snippets of several pages may share a folder
 * @throws when a component does not compile, or HTML does not parse
 */
export function readSnippets(markdown: string, prefix: string = ''): Snippet[] {
  return readBlocks(markdown).flatMap((block, index) => {
    try {
      return modulesOf(block).map(([ending, source]) => ({
        file: `${prefix}${nameOf(block) ? `files/${nameOf(block)}` : `block-${index + 1}`}.${ending}`,
        source,
        mark: block.mark,
      }))
    } catch (error) {
      throw new Error(`${prefix}block-${index + 1}: ${String(error)}`, { cause: error })
    }
  })
}

/**
 * Writes snippets into a folder, each as a module of its own, beside a tsconfig.json for them.
 *
 * @param types packages whose types are global, beside those of Node
 */
export function writeSnippets(
  folder: string,
  snippets: readonly Snippet[],
  types: readonly string[] = [],
): void {
  mkdirSync(folder, { recursive: true })
  for (const { file, source } of snippets) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), `${source}\nexport {}\n`)
  }
  const config = {
    extends: join(root, 'tsconfig.base.json'),
    compilerOptions: {
      // Components of Angular and controllers of NestJS.
      experimentalDecorators: true,
      lib: ['es2022', 'esnext.disposable', 'dom', 'dom.iterable'],
      types: ['node', ...types],
      jsx: 'react-jsx',
      // Of JavaScript, the syntax.
      allowJs: true,
      isolatedDeclarations: false,
      noUnusedLocals: false,
      noUnusedParameters: false,
    },
    files: snippets.map(({ file }) => file),
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
}

/** Resolves to what the compiler says of the snippets in a folder: nothing, if they are right. */
export async function compileSnippets(folder: string): Promise<string> {
  const { stdout } = await promisify(execFile)(bin('tsc'), ['-p', folder]).catch(
    (error: { stdout: string }) => error,
  )
  return stdout
}

/** What became of a snippet that was run. */
export interface SnippetRun {
  readonly printed: string
  /** How many requests reached the mock. */
  readonly requests: number
}

/**
 * Runs a program against a mock of its own, with a token in `TOKENWARD_TOKEN`.
 *
 * @throws when it fails, or prints the token
 */
export async function runSnippet(folder: string, { file }: Snippet): Promise<SnippetRun> {
  await using mock = await startAuthMock()
  const token = mock.issueToken({ sub: 'readme', scope: 'user' })
  const env = { ...process.env, TOKENWARD_BASE_URL: mock.url, TOKENWARD_TOKEN: token }
  const { stdout } = await promisify(execFile)(bin('node'), [join(folder, file)], { cwd: folder, env })
  if (stdout.includes(token)) throw new Error(`${file} prints its token`)
  return { printed: stdout, requests: mock.requests().length }
}

/** What a server answers to `GET /me`. */
export interface ServedAnswers {
  readonly withoutToken: number
  readonly withToken: number
  /** With two Authorization headers. */
  readonly withTwoTokens: number | undefined
  readonly body: string
}

/** Starts a server against a mock of its own, and asks it for `/me` without a token and with one of user 42. */
export async function serveSnippet(folder: string, { file }: Snippet): Promise<ServedAnswers> {
  await using mock = await startAuthMock({ clientId: 'my-env' })
  const token = mock.issueToken({ sub: '42', scope: 'user' })
  const port = await freePort()
  const env = {
    ...process.env,
    PORT: String(port),
    TOKENWARD_BASE_URL: mock.url,
    TOKENWARD_CLIENT_ID: 'my-env',
  }
  const child = spawn(bin('node'), [join(folder, file)], {
    cwd: folder,
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  try {
    const url = `http://127.0.0.1:${port}/me`
    const headers = { authorization: `Bearer ${token}` }
    const first = await eventually(async () => fetch(url))
    const answer = await fetch(url, { headers })
    // `fetch` would join them into one header.
    const twice = get(url, { headers: { Authorization: [headers.authorization, headers.authorization] } })
    const [{ statusCode }] = (await once(twice, 'response')) as [IncomingMessage]
    twice.destroy()
    return {
      withoutToken: first.status,
      withToken: answer.status,
      withTwoTokens: statusCode,
      body: await answer.text(),
    }
  } finally {
    child.kill()
  }
}
