import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { onTestFinished } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const guide = join(root, '../docs/pages/guide')
const blocks = globSync('*.md', { cwd: guide }).flatMap((page) =>
  Array.from(
    readFileSync(join(guide, page), 'utf8').matchAll(/```ts\n([^]*?)```/g),
    ([, source = '']) => source,
  ),
)

/** Loads the recipe of the guide that exports a function of this name, as it stands there. */
export async function loadRecipe<Recipe>(name: string): Promise<Recipe> {
  const source = blocks.find(
    (block) => block.includes(`export function ${name}(`) || block.includes(`export async function ${name}(`),
  )
  if (source === undefined) throw new Error(`the guide has no recipe that exports ${name}`)
  // Within the package, where the names that it imports lead to the source.
  const folder = mkdtempSync(join(root, '.recipe-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'recipe.ts')
  writeFileSync(file, source)
  const recipe = (await import(pathToFileURL(file).href)) as Record<string, Recipe>
  return recipe[name] as Recipe
}
