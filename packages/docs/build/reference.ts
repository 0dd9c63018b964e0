// Writes the reference pages of every entry, by TypeDoc, from the docstrings in the source.
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { Application, OptionDefaults } from 'typedoc'
import { listEntries, listPublishedFolders } from '@tokenward/scripts/build/entries'
import { root } from '@tokenward/scripts/test-bed/run-command'
import { docsFolder } from './folders.ts'

/** `packages/auth-node/src/express.ts` → `auth-node/express`; the index is the package itself. */
const pageName = (folder: string, entry: string): string =>
  entry === 'index' ? folder.replace('packages/', '') : `${folder.replace('packages/', '')}/${entry}`

/** The entries of all published packages: the page's name, and the source. */
function listSources(): Map<string, string> {
  const sources = new Map<string, string>()
  for (const folder of listPublishedFolders(root))
    for (const { name, source } of listEntries(join(root, folder)))
      sources.set(join(root, folder, source), pageName(folder, name))
  return sources
}

/** The names of the reference pages, such as `auth-node/express`. */
export const referencePages: readonly string[] = [...listSources().values()].toSorted()

/** Options of typedoc-plugin-markdown, which TypeDoc's own types do not know. */
const markdownOptions = {
  outputFileStrategy: 'modules',
  entryFileName: 'index',
  hidePageHeader: true,
  hideBreadcrumbs: true,
  useCodeBlocks: true,
  // VitePress numbers headings of one name, TypeDoc table rows as well: an anchor of its own at each is right for both.
  useHTMLAnchors: true,
  parametersFormat: 'table',
  // A table of five columns cannot be read on a phone.
  propertiesFormat: 'list',
  typeDeclarationFormat: 'list',
  enumMembersFormat: 'table',
  sanitizeComments: true,
  formatWithPrettier: false,
}

/**
 * Writes a page for each entry into a folder.
 *
 * @throws when TypeDoc finds an error, such as a link in a docstring that leads nowhere
 */
export async function writeReference(out: string): Promise<void> {
  const sources = listSources()
  const app = await Application.bootstrapWithPlugins({
    entryPoints: [...sources.keys()],
    tsconfig: join(docsFolder, 'tsconfig.reference.json'),
    plugin: ['typedoc-plugin-markdown'],
    basePath: join(root, 'packages'),
    displayBasePath: join(root, 'packages'),
    name: 'Reference',
    readme: 'none',
    githubPages: false,
    disableSources: true,
    excludeExternals: true,
    excludeInternal: true,
    validation: { notExported: false, invalidLink: true, notDocumented: false },
    treatWarningsAsErrors: true,
    logLevel: 'Warn',
    // openapi-typescript writes both.
    blockTags: [...OptionDefaults.blockTags, '@description', '@constant'],
    ...markdownOptions,
  })
  const project = await app.convert()
  if (!project) throw new Error('TypeDoc could not read the packages')
  for (const module of project.children ?? []) {
    const [file = ''] = globSync(`packages/${module.name}{.*,/index.*}`, { cwd: root })
    module.name = sources.get(join(root, file)) ?? module.name
  }
  app.validate(project)
  await app.outputs.writeOutput({ name: 'markdown', path: out }, project)
  if (app.logger.hasErrors() || app.logger.hasWarnings())
    throw new Error('TypeDoc found faults in the docstrings')
}
