import { writeFileSync } from 'node:fs'
import { startAuthMock } from '@tokenward/auth-mock'
import { eventually } from '@tokenward/test-kit/eventually'
import { expect, test, vi } from 'vitest'
import { commandPath } from '../command-path.ts'
import { createFolder } from '../run-cli.ts'
import { startOnScreen } from './screen.ts'

const widths = [40, 57, 80, 120, 200]
const ctrlC = '\u0003'
const status = /^\d+% \| \d+ tokens/

/** Joins the rows that a narrow terminal has broken. */
const text = (lines: readonly string[]): string => lines.join('')

test.each(widths)(
  'revoke --file on a terminal of %d columns: Ctrl-C leaves a screen that can be read',
  async (columns) => {
    await using mock = await startAuthMock()
    using folder = createFolder()
    const tokens = Array.from({ length: 200 }, () => mock.issueToken({ signed: false }))
    writeFileSync(folder.path('tokens.txt'), tokens.join('\n'))
    const release = mock.fail({ delayMs: 3_600_000 })
    const screen = start(columns, mock.url, folder.path('.'))
    await eventually(() => expect(screen.lines().at(-1)).toMatch(status))
    await eventually(() => expect(mock.requests().length).toBeGreaterThan(0))
    // The file has been read, and no line of it has come to an outcome.
    expect(screen.lines().at(-1)).toMatch(/^0% \| 0 tokens/)
    screen.type(ctrlC)
    await eventually(() => expect(screen.lines()).toContain('Ctrl-C again leaves at once'))
    await eventually(() => expect(screen.lines().at(-1)).toMatch(status))
    expect(screen.lines().slice(0, -1)).toEqual([
      'finishing the tokens in flight',
      'Ctrl-C again leaves at once',
    ])
    let code: number | null | undefined
    const ended = screen.ended.then((found) => (code = found))
    // A person presses it again after a moment: two at once count as one.
    const pressAgain = (): void => {
      if (code === undefined) screen.type(ctrlC)
      expect(code).toBeDefined()
    }
    await vi.waitFor(pressAgain, { timeout: 10_000, interval: 1_000 })
    expect(await ended).toBe(130)
    release()
    expect(screen.lines().some((line) => status.test(line))).toBe(false)
    expect(text(screen.lines())).toBe(
      'finishing the tokens in flightCtrl-C again leaves at onceleft at once: go on with --resume',
    )
  },
)

test.each(widths)(
  'revoke --file on a terminal of %d columns: one Ctrl-C ends with the summary alone',
  async (columns) => {
    await using mock = await startAuthMock()
    using folder = createFolder()
    const tokens = Array.from({ length: 20_000 }, () => mock.issueToken({ signed: false }))
    writeFileSync(folder.path('tokens.txt'), tokens.join('\n'))
    const screen = start(columns, mock.url, folder.path('.'))
    await eventually(() => expect(mock.requests().length).toBeGreaterThan(200))
    screen.type(ctrlC)
    expect(await screen.ended).toBe(130)
    expect(text(screen.lines())).toMatch(
      /^finishing the tokens in flightCtrl-C again leaves at once\d+ revokedstopped by you; go on with --resumereport by line: tokens\.txt\.report\.csvjournal: tokens\.txt\.journal$/,
    )
  },
)

function start(columns: number, url: string, cwd: string): ReturnType<typeof startOnScreen> {
  const command = [process.execPath, commandPath]
  const args = ['revoke', '--file', 'tokens.txt', '--concurrency', '4']
  return startOnScreen([...command, ...args], columns, { env: { TOKENWARD_BASE_URL: url }, cwd })
}
