// Builds the site into dist: `pnpm run docs`. With --dev, serves it and follows each change of a page.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { build, createServer } from 'vitepress'
import { describeCli } from './cli-page.ts'
import { docsFolder, pagesFolder } from './folders.ts'
import { writeLlms } from './llms.ts'
import { referencePages, writeReference } from './reference.ts'
import { describeSpec } from './spec-page.ts'

/** Writes a generated page. */
function write(path: string, markdown: string): void {
  const file = join(pagesFolder, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, markdown)
}

/** The Chinese side of a page that is there in English only, so that the switch of languages leads somewhere. */
const pointer = (name: string, path: string): string =>
  `---\nsearch: false\n---\n\n# ${name}\n\n本页由源码生成，只有英文版：[${name}](/${path})。\n`

for (const folder of ['reference', 'zh/reference'])
  rmSync(join(pagesFolder, folder), { recursive: true, force: true })
await writeReference(join(pagesFolder, 'reference/api'))
write('reference/spec.md', describeSpec())
write('reference/cli.md', await describeCli('en'))
write('zh/reference/cli.md', await describeCli('zh'))
write('zh/reference/spec.md', pointer('HTTP API', 'reference/spec'))
write('zh/reference/api/index.md', pointer('API', 'reference/api/'))
for (const name of referencePages)
  write(`zh/reference/api/${name}.md`, pointer(`@tokenward/${name}`, `reference/api/${name}`))
const links = referencePages.map((name) => `- [@tokenward/${name}](/reference/api/${name})`).join('\n')
write(
  'reference/index.md',
  `# Reference\n\n- [HTTP API](spec.md)\n- [Command line](cli.md)\n\n## What each package exports\n\n${links}\n`,
)
write(
  'zh/reference/index.md',
  `# 参考\n\n- [HTTP API](/reference/spec)\n- [命令行](cli.md)\n\n## 各个包的导出\n\n${links}\n`,
)

if (process.argv.includes('--dev')) {
  const server = await createServer(docsFolder)
  await server.listen()
  server.printUrls()
} else {
  await build(docsFolder)
  writeLlms(join(docsFolder, 'dist'))
}
