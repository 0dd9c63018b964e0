// The code blocks of a Markdown page: all of them compile, and those that are marked are run against the mock.
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { get, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { freePort } from '@tokenward/test-kit/ports'
import { startAuthMock } from '@tokenward/auth-mock'
import { eventually } from '@tokenward/test-kit/eventually'
import { root } from './run-command.ts'

const bin = (name: string): string => join(root, 'node_modules/.bin', name)

/** What a comment before a block asks for: `<!-- run -->` a program that ends, `<!-- serve -->` a server that listens on `PORT`. */
export type SnippetMark = 'run' | 'serve' | undefined

export interface Snippet {
  /** Unique among the snippets of a page. */
  readonly file: string
  readonly source: string
  readonly mark: SnippetMark
}

/**
 * Lists the TypeScript and JavaScript blocks of a page.
 *
 * @param prefix what each file's name begins with, so that snippets of several pages may share a folder
 */
export function readSnippets(markdown: string, prefix: string = ''): Snippet[] {
  const pattern = /(?:<!-- (run|serve) -->\s+)?```(ts|tsx|js)\n([\s\S]*?)```/g
  return [...markdown.matchAll(pattern)].map(([, mark, language = '', source = ''], index) => ({
    file: `${prefix}block-${index + 1}.${language}`,
    source,
    mark: mark as SnippetMark,
  }))
}

/** Writes snippets into a folder, each as a module of its own, beside a tsconfig.json for them. */
export function writeSnippets(folder: string, snippets: readonly Snippet[]): void {
  mkdirSync(folder, { recursive: true })
  for (const { file, source } of snippets) writeFileSync(join(folder, file), `${source}\nexport {}\n`)
  const config = {
    extends: join(root, 'tsconfig.base.json'),
    compilerOptions: {
      lib: ['es2022', 'esnext.disposable', 'dom', 'dom.iterable'],
      types: ['node'],
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
