// Work that several test files need, done once in a run of vitest.
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { inject, vi } from 'vitest'

/**
 * Fills a folder in the first test file that asks for it; the others wait until it is full.
 *
 * @param name names the folder, and must stand for one and the same work
 * @param fill fills the folder that it is given
 * @returns the full folder, which no test may change
 */
export async function onceARun(name: string, fill: (folder: string) => Promise<unknown>): Promise<string> {
  const folder = join(inject('runFolder'), name)
  const [claimed, full, failed] = [`${folder}.claimed`, `${folder}.full`, `${folder}.failed`]
  if (claim(claimed)) {
    try {
      mkdirSync(folder)
      await fill(folder)
      mkdirSync(full)
    } catch (error) {
      mkdirSync(failed)
      throw error
    }
  }
  const hasEnded = (): void => {
    if (!existsSync(full) && !existsSync(failed)) throw new Error(`${name} takes too long`)
  }
  await vi.waitFor(hasEnded, { timeout: 5 * 60_000, interval: 100 })
  if (existsSync(failed)) throw new Error(`${name} has failed in another test file`)
  return folder
}

/** Makes a folder; `false` where it has been made before. */
function claim(folder: string): boolean {
  try {
    mkdirSync(folder)
    return true
  } catch {
    return false
  }
}
