// Pages in Markdown: their HTML is parsed, and their scripts are handed to TypeScript.
import { type DefaultTreeAdapterTypes, parse, parseFragment, type ParserError } from 'parse5'

/** The scripts within a page, each as a TypeScript module. */
export interface PageScripts {
  readonly scripts: readonly string[]
  /** The files beside the page that it loads, as it names them. */
  readonly files: readonly string[]
}

/** For a script that is no module: the name that the package's global file makes. */
const globalName = "declare const tokenward: typeof import('@tokenward/auth-web')\n"

type Element = DefaultTreeAdapterTypes.Element

function* elementsOf(node: DefaultTreeAdapterTypes.ParentNode): Generator<Element> {
  for (const child of node.childNodes) {
    if (!('tagName' in child)) continue
    yield child
    yield* elementsOf(child)
  }
}

/**
 * Reads a page, or a part of one.
 *
 * @throws when the HTML has an error, or an import map names a package that the page does not import
 */
export function readPage(html: string): PageScripts {
  const errors: ParserError[] = []
  const options = {
    onParseError: (error: ParserError) => void errors.push(error),
    sourceCodeLocationInfo: true,
  }
  const tree = /^<!doctype/i.test(html) ? parse(html, options) : parseFragment(html, options)
  if (errors[0]) throw new Error(`${errors[0].code} in line ${errors[0].startLine}`)
  const elements = [...elementsOf(tree)]
  // A parser forgives an element that is not closed; a reader who copies it may not see what it swallows.
  const open = elements.find(
    ({ sourceCodeLocation: place, tagName }) =>
      place && !place.endTag && !isVoid(tagName) && !isOptional(tagName),
  )
  if (open) throw new Error(`<${open.tagName}> is not closed`)

  const scripts: string[] = []
  const files: string[] = []
  const mapped: string[] = []
  for (const element of elements.filter(({ tagName }) => tagName === 'script')) {
    const { type, src } = Object.fromEntries(element.attrs.map(({ name, value }) => [name, value]))
    const text = element.childNodes.map((child) => ('value' in child ? child.value : '')).join('')
    if (type === 'importmap') {
      const { imports } = JSON.parse(text) as { readonly imports: Readonly<Record<string, string>> }
      mapped.push(...Object.keys(imports))
      files.push(...Object.values(imports))
    } else if (src) files.push(src)
    else scripts.push(type === 'module' ? text : `${globalName}${text}`)
  }
  const unused = mapped.find((name) => !scripts.some((script) => script.includes(`'${name}'`)))
  if (unused) throw new Error(`the import map names ${unused}, which no script imports`)
  return { scripts, files }
}

const isVoid = (name: string): boolean => ['br', 'hr', 'img', 'input', 'link', 'meta', 'wbr'].includes(name)
/** Whose end tag HTML lets out. */
const isOptional = (name: string): boolean =>
  ['html', 'head', 'body', 'li', 'p', 'td', 'th', 'tr', 'tbody'].includes(name)
