// The code blocks of a Markdown page.

/**
 * What a comment before a block asks for: `<!-- run -->` a program that ends, `<!-- serve -->` a server that listens on `PORT`,
 * `<!-- page -->` a page of a browser, `<!-- consumer -->` what needs the tools of scripts/consumers to compile and to run.
 */
export type BlockMark = 'run' | 'serve' | 'page' | 'consumer' | undefined

/** A code block as it stands between its fences. */
export interface MarkdownBlock {
  /** Empty for a block without one. */
  readonly language: string
  readonly source: string
  readonly mark: BlockMark
}

/** Lists the code blocks of a page, in their order. */
export function readBlocks(markdown: string): MarkdownBlock[] {
  const pattern = /(?:<!-- (run|serve|page|consumer) -->\s+)?^```(\w*)\n([^]*?)^```$/gm
  return Array.from(markdown.matchAll(pattern), ([, mark, language = '', source = '']) => ({
    language,
    source,
    mark: mark as BlockMark,
  }))
}
