// Types of CommonJS entries that name those of a dependency without a CommonJS form.
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Lets every `dist/*.d.cts` find the types of some dependencies as an ES module does. Without it, TypeScript refuses the import with TS1479
 * under `module: node16`, although Node loads such a dependency by `require`.
 *
 * @see https://www.typescriptlang.org/docs/handbook/modules/reference.html#resolution-mode
 */
export function lookUpTypesAsModule(folder: string, names: readonly string[]): void {
  for (const file of globSync(join(folder, 'dist/*.d.cts'))) {
    const text = readFileSync(file, 'utf8')
    const changed = text.replaceAll(/^import (\{[^}]*\} from "([^"]+)");$/gm, (line, clause, name) =>
      names.includes(name) ? `import type ${clause} with { "resolution-mode": "import" };` : line,
    )
    if (changed !== text) writeFileSync(file, changed)
  }
}
